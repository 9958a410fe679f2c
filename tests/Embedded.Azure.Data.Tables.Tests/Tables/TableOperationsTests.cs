using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Embedded.Azure.Data.Tables.Tests.Service;

namespace Embedded.Azure.Data.Tables.Tests.Tables;

public abstract class TableOperationsTests(TableServiceFixture host)
{
    [Fact]
    public async Task Create_Twice_Fails409()
    {
        var service = host.Service();
        var name = host.NewTableName();

        var created = await service.CreateTableAsync(name);
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.CreateTableAsync(name));

        Assert.Equal((name, 204), (created.Value.Name, created.GetRawResponse().Status));
        Assert.Equal((409, "TableAlreadyExists"), (failure.Status, failure.ErrorCode));
        Assert.Throws<RequestFailedException>(() => service.CreateTable(name));
    }

    [Fact]
    public async Task CreateIfNotExists_Twice_AnswersWithTheTableBothTimes()
    {
        var service = host.Service();
        var name = host.NewTableName();

        var first = await service.CreateTableIfNotExistsAsync(name);
        var second = await service.CreateTableIfNotExistsAsync(name);
        var third = service.CreateTableIfNotExists(name);

        Assert.Equal((name, 204), (first.Value.Name, first.GetRawResponse().Status));
        Assert.Equal((name, 409), (second.Value.Name, second.GetRawResponse().Status));
        Assert.Equal((name, 409), (third.Value.Name, third.GetRawResponse().Status));
    }

    [Fact]
    public async Task Delete_PresentThenAbsent_Answers204Then404()
    {
        var table = await host.CreateTableAsync();

        Assert.Equal(204, (await table.DeleteAsync()).Status);
        Assert.Equal(404, (await table.DeleteAsync()).Status);
        Assert.Equal(404, host.Service().DeleteTable(table.Name).Status);
        Assert.Equal(404, (await host.Service().DeleteTableAsync(table.Name)).Status);
    }

    [Theory]
    [InlineData("1table")]
    [InlineData("a-b")]
    [InlineData("ab")]
    public async Task Create_BadName_Fails400(string name) =>
        Assert.Equal(400, (await Assert.ThrowsAsync<RequestFailedException>(() => host.Service().CreateTableAsync(name))).Status);

    [Fact]
    public async Task Query_ByNameAndPage_FindsTheTables()
    {
        var service = host.Service();
        string[] names = [.. Enumerable.Range(0, 5).Select(i => $"Zq{i}")];
        foreach (var name in names)
            await service.CreateTableAsync(name);
        var from = "Zq";
        var third = names[2];

        var all = service.Query(table => table.Name.CompareTo(from) >= 0, maxPerPage: 2).Select(table => table.Name).ToList();
        var pages = await service.QueryAsync((FormattableString)$"TableName ge {from}", maxPerPage: 2).AsPages().Select(page => page.Values.Count).ToListAsync();
        var one = await service.QueryAsync(TableServiceClient.CreateQueryFilter($"TableName eq {third}")).Select(table => table.Name).ToListAsync();
        var other = await service.QueryAsync(table => table.Name == third).CountAsync();
        var everything = service.Query().Select(table => table.Name).ToList();

        Assert.Equal(names, all);
        Assert.Equal([2, 2, 1], pages);
        Assert.Equal([third], one);
        Assert.Equal(1, other);
        Assert.Equal(names, everything.Where(name => name.StartsWith("Zq", StringComparison.Ordinal)));
        Assert.Single(service.Query((FormattableString)$"TableName eq {third}"));
    }

    [Fact]
    public async Task AnyOperation_WrongKey_Fails403()
    {
        var service = new TableServiceClient(host.Endpoint, new TableSharedKeyCredential(host.Credential.AccountName, "d3Jvbmc="));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => service.CreateTableAsync(host.NewTableName()));

        Assert.Equal((403, host.WrongKeyCode), (failure.Status, failure.ErrorCode));
    }

    [Fact]
    public async Task Constructors_OfOneTable_MeanTheSame()
    {
        var table = await host.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));
        TableClient[] clients =
        [
            new(host.ConnectionString, table.Name),
            new(host.ConnectionString, table.Name, new TableClientOptions(TableClientOptions.ServiceVersion.V2019_02_02)),
            new(host.Endpoint, table.Name, host.Credential),
            new(new Uri($"{host.Endpoint}/{table.Name}"), table.Name, host.Credential, new TableClientOptions()),
            new TableServiceClient(host.Endpoint, host.Credential).GetTableClient(table.Name),
        ];

        foreach (var client in clients)
        {
            Assert.Equal((table.Name, table.Uri, "devstoreaccount1"), (client.Name, client.Uri, client.AccountName));
            Assert.True(client.GetEntityIfExists<TableEntity>("p", "r").HasValue);
        }
    }

    [Fact]
    public void TableErrorCode_ComparesWithoutRegardToCase()
    {
        string? none = null;

        Assert.True(TableErrorCode.TableNotFound == "tablenotfound");
        Assert.False(TableErrorCode.TableNotFound == none);
        Assert.Equal("TableNotFound", TableErrorCode.TableNotFound.ToString());
    }
}
