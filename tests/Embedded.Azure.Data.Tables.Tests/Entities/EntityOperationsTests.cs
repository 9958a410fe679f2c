using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Embedded.Azure.Data.Tables.Tests.Service;

namespace Embedded.Azure.Data.Tables.Tests.Entities;

public abstract class EntityOperationsTests(TableServiceFixture host)
{
    [Fact]
    public async Task AddEntity_New_CanBeReadBackWithVersionAndTimestamp()
    {
        var table = await host.CreateTableAsync();

        var answer = await table.AddEntityAsync(new TableEntity("p", "r") { ["Text"] = "a" });

        Assert.Equal(204, answer.Status);
        var read = await table.GetEntityAsync<TableEntity>("p", "r");
        Assert.Equal("a", read.Value.GetString("Text"));
        Assert.Equal(answer.Headers.ETag, read.Value.ETag);
        var age = read.GetRawResponse().Headers.Date!.Value - read.Value.Timestamp!.Value;
        Assert.InRange(age, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task AddEntity_KeyTaken_Fails409()
    {
        var table = await host.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((409, "EntityAlreadyExists"), (failure.Status, failure.ErrorCode));
        Assert.True(failure.ErrorCode == TableErrorCode.EntityAlreadyExists);
    }

    [Fact]
    public async Task AnyOperation_NoTable_Fails404TableNotFound()
    {
        var table = host.Service().GetTableClient(host.NewTableName());

        Assert.Equal("TableNotFound", (await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r")))).ErrorCode);
        Assert.Equal("TableNotFound", (await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r"))).ErrorCode);
        Assert.Equal("TableNotFound", (await Assert.ThrowsAsync<RequestFailedException>(() => table.UpsertEntityAsync(new TableEntity("p", "r")))).ErrorCode);
        Assert.Equal("TableNotFound", (await Assert.ThrowsAsync<RequestFailedException>(async () => await table.QueryAsync<TableEntity>().ToListAsync())).ErrorCode);
    }

    [Fact]
    public async Task GetEntity_Absent_Fails404()
    {
        var table = await host.CreateTableAsync();

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.GetEntityAsync<TableEntity>("p", "r"));

        Assert.Equal((404, "ResourceNotFound"), (failure.Status, failure.ErrorCode));
        Assert.Equal(404, Assert.Throws<RequestFailedException>(() => table.GetEntity<TableEntity>("p", "r")).Status);
    }

    [Fact]
    public async Task GetEntityIfExists_AbsentAndPresent_Tells()
    {
        var table = await host.CreateTableAsync();

        var absent = await table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        table.AddEntity(new TableEntity("p", "r") { ["A"] = 1 });
        var present = table.GetEntityIfExists<TableEntity>("p", "r");

        Assert.False(absent.HasValue);
        Assert.Equal(404, absent.GetRawResponse().Status);
        Assert.Throws<InvalidOperationException>(() => absent.Value);
        Assert.True(present.HasValue);
        Assert.Equal(1, present.Value!.GetInt32("A"));
    }

    [Fact]
    public async Task GetEntity_Select_HasOnlyTheColumnsAndTheVersion()
    {
        var table = await host.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2, ["C"] = 3 });

        var row = (await table.GetEntityAsync<TableEntity>("p", "r", ["A", "C"])).Value;

        Assert.Equal(["A", "C", "odata.etag"], row.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task UpdateEntity_Merge_KeepsAndReplaceDrops()
    {
        var table = await host.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2 });

        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["B"] = 3 }, ETag.All);
        var merged = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        table.UpdateEntity(new TableEntity("p", "r") { ["B"] = 4 }, ETag.All, TableUpdateMode.Replace);
        var replaced = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal((1, 3), (merged.GetInt32("A"), merged.GetInt32("B")));
        Assert.Equal((null, 4), (replaced.GetInt32("A"), replaced.GetInt32("B")));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task UpdateEntity_OtherVersion_Fails412AndChangesNothing(TableUpdateMode mode)
    {
        var table = await host.CreateTableAsync();
        var first = (await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 })).Headers.ETag!.Value;
        var second = (await table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, first, mode)).Headers.ETag!.Value;

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, first, mode));

        Assert.Equal((412, "UpdateConditionNotSatisfied"), (failure.Status, failure.ErrorCode));
        Assert.NotEqual(first, second);
        var row = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal((2, second), (row.GetInt32("A"), row.ETag));
    }

    [Fact]
    public async Task UpdateEntity_Absent_Fails404()
    {
        var table = await host.CreateTableAsync();

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All));

        Assert.Equal((404, "ResourceNotFound"), (failure.Status, failure.ErrorCode));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1)]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task UpsertEntity_AbsentThenPresent_InsertsThenUpdates(TableUpdateMode mode, int? kept)
    {
        var table = await host.CreateTableAsync();

        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 1 }, mode);
        table.UpsertEntity(new TableEntity("p", "r") { ["B"] = 2 }, mode);

        var row = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal((kept, 2), (row.GetInt32("A"), row.GetInt32("B")));
    }

    [Fact]
    public async Task DeleteEntity_OtherVersion_Fails412()
    {
        var table = await host.CreateTableAsync();
        var first = (await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1 })).Headers.ETag!.Value;
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, first);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => table.DeleteEntityAsync("p", "r", first));

        Assert.Equal((412, "UpdateConditionNotSatisfied"), (failure.Status, failure.ErrorCode));
        Assert.True((await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
    }

    [Fact]
    public async Task DeleteEntity_PresentThenAbsent_Answers204Then404()
    {
        var table = await host.CreateTableAsync();
        var row = new TableEntity("p", "r");
        await table.AddEntityAsync(row);

        Assert.Equal(204, (await table.DeleteEntityAsync(row)).Status);
        Assert.Equal(404, (await table.DeleteEntityAsync(row)).Status);
        Assert.Equal(404, table.DeleteEntity("p", "r").Status);
        Assert.Equal(404, table.DeleteEntity(row).Status);
    }

    [Theory]
    [InlineData("it's", "''")]
    [InlineData("100%", "%25%2F")]
    [InlineData("a b", " ")]
    [InlineData("a+b&c=d;e,f", "(x)='y'")]
    [InlineData("\"quoted\"", "{json}[1]")]
    [InlineData("😀é漢", "ﬀ\u2028")]
    [InlineData("PartitionKey eq 'x'", "') or (RowKey ne '")]
    [InlineData("..", ".")]
    [InlineData("<a>|b^c`d~e", "!@$*:")]
    public async Task EveryOperation_HostileKeys_MeansExactlyThatRow(string partitionKey, string rowKey)
    {
        var table = await host.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("other", "row"));

        await table.AddEntityAsync(new TableEntity(partitionKey, rowKey) { ["A"] = 1 });
        await table.UpdateEntityAsync(new TableEntity(partitionKey, rowKey) { ["B"] = 2 }, ETag.All);
        await table.UpsertEntityAsync(new TableEntity(partitionKey, rowKey) { ["C"] = 3 });
        await table.SubmitTransactionAsync([new(TableTransactionActionType.UpdateMerge, new TableEntity(partitionKey, rowKey) { ["D"] = 4 })]);
        var read = (await table.GetEntityAsync<TableEntity>(partitionKey, rowKey)).Value;
        var found = Assert.Single(table.Query<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey eq {rowKey}")));

        Assert.Equal((partitionKey, rowKey), (read.PartitionKey, read.RowKey));
        Assert.Equal((partitionKey, rowKey), (found.PartitionKey, found.RowKey));
        Assert.Equal((1, 2, 3, 4), (read.GetInt32("A"), read.GetInt32("B"), read.GetInt32("C"), read.GetInt32("D")));
        Assert.Equal(204, (await table.DeleteEntityAsync(partitionKey, rowKey)).Status);
        Assert.Equal(["row"], table.Query<TableEntity>().Select(row => row.RowKey));
    }
}
