using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Embedded.Azure.Data.Tables.Tests.Azurite;

namespace Embedded.Azure.Data.Tables.Tests.Entities;

[Collection(AzuriteCollection.Name)]
public sealed class EntityOperationsTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task AddEntity_New_CanBeReadBackWithVersionAndTimestamp()
    {
        var table = await azurite.CreateTableAsync();

        var answer = await table.AddEntityAsync(new TableEntity("p", "r") { ["Text"] = "a" });

        Assert.Equal(204, answer.Status);
        Assert.NotNull(answer.Headers.Date);
        var read = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal("a", read.Value.GetString("Text"));
        Assert.Equal(answer.Headers.ETag, read.Value.ETag);
        Assert.NotNull(read.Value.Timestamp);
        Assert.NotNull(read.GetRawResponse().Headers.Date);
    }

    [Fact]
    public async Task AddEntity_KeyTaken_Fails409()
    {
        var table = await azurite.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(409, failure.Status);
        Assert.Equal("EntityAlreadyExists", failure.ErrorCode);
        Assert.True(failure.ErrorCode == TableErrorCode.EntityAlreadyExists);
    }
}
