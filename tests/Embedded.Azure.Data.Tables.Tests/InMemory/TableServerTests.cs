using Azure;
using Azure.Data.Tables;
using Orchestrator.TestKit.Tables;
using Orchestrator.TestKit.Time;

namespace Embedded.Azure.Data.Tables.Tests.InMemory;

/// <summary>What the test kit's table service has beyond what every table service has.</summary>
public sealed class TableServerTests : IAsyncLifetime
{
    private const string Table = "Things";

    private readonly ManualTimeProvider _time = new();
    private TableServer _server = null!;
    private TableClient _table = null!;

    public async Task InitializeAsync()
    {
        _server = await TableServer.StartAsync(_time);
        _table = new TableClient(_server.ConnectionString, Table);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Counts_EveryKindOfRequest_AreApart()
    {
        await _table.CreateAsync();
        await _table.AddEntityAsync(new TableEntity("p", "a"));
        await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(new TableEntity("p", "a")));
        await _table.UpdateEntityAsync(new TableEntity("p", "a"), ETag.All);
        await _table.UpsertEntityAsync(new TableEntity("p", "b"), TableUpdateMode.Replace);
        await _table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "c")), new(TableTransactionActionType.Delete, new TableEntity("p", "b"))]);
        await _table.GetEntityAsync<TableEntity>("p", "a");
        await _table.GetEntityIfExistsAsync<TableEntity>("p", "none");
        await _table.QueryAsync<TableEntity>(maxPerPage: 1).CountAsync();
        await _table.DeleteEntityAsync("p", "c");

        var expected = new TableCounts
        {
            TableRequests = 1,
            Inserts = 2,
            Updates = 2,
            Transactions = 1,
            PointReads = 2,
            Queries = 2,
            Deletes = 1,
            RowsReturned = 3,
            RowsScanned = 3,
            RowsWritten = 6,
        };
        Assert.Equal(expected, _server.Counts);
        Assert.Equal(11, expected.Requests);
        Assert.Equal(expected, _server.ResetCounts());
        Assert.Equal(new TableCounts(), _server.Counts);
        Assert.Empty(_server.Queries);
    }

    [Theory]
    [InlineData("", 30, 30)]
    [InlineData("PartitionKey eq 'p1'", 10, 10)]
    [InlineData("PartitionKey eq 'p1' and RowKey eq 'r3'", 1, 1)]
    [InlineData("PartitionKey eq 'p1' and RowKey eq 'none'", 0, 0)]
    [InlineData("PartitionKey eq 'p1' and RowKey ge 'r3' and RowKey lt 'r5'", 2, 2)]
    [InlineData("PartitionKey eq 'p1' and RowKey gt 'r3' and RowKey le 'r5'", 2, 2)]
    [InlineData("(RowKey ge 'r8') and (PartitionKey eq 'p2' and Even eq true)", 2, 1)]
    [InlineData("PartitionKey ge 'p1' and PartitionKey le 'p1'", 10, 10)]
    [InlineData("PartitionKey ge 'p1'", 20, 20)]
    [InlineData("PartitionKey gt 'p1'", 10, 10)]
    [InlineData("PartitionKey lt 'p1'", 10, 10)]
    [InlineData("PartitionKey le 'p1'", 20, 20)]
    [InlineData("PartitionKey gt 'p2'", 0, 0)]
    [InlineData("PartitionKey eq 'p1' and PartitionKey eq 'p2'", 0, 0)]
    [InlineData("PartitionKey eq 'p1' and RowKey gt 'r5' and RowKey lt 'r3'", 0, 0)]
    [InlineData("PartitionKey eq 'p1' and (RowKey eq 'r3' or RowKey eq 'r4')", 10, 2)]
    [InlineData("PartitionKey eq 'p1' or PartitionKey eq 'p2'", 30, 20)]
    [InlineData("PartitionKey eq 'p1' and not (RowKey eq 'r3')", 10, 9)]
    [InlineData("RowKey eq 'r3'", 30, 3)]
    [InlineData("PartitionKey ge 'p1' and RowKey eq 'r3'", 20, 2)]
    [InlineData("PartitionKey ne 'p1'", 30, 20)]
    [InlineData("Even eq true", 30, 15)]
    public async Task Query_Filter_LooksAtTheKeyRangeThatItFixes(string filter, int scanned, int returned)
    {
        LoadRows();

        Assert.Equal(returned, await _table.QueryAsync<TableEntity>(filter).CountAsync());

        Assert.Equal([new TableQuery(Table, filter, scanned, returned)], _server.Queries);
    }

    [Fact]
    public async Task Query_PageIsFull_LooksNoFurther()
    {
        LoadRows();

        var page = await _table.QueryAsync<TableEntity>("PartitionKey eq 'p1'", maxPerPage: 3).AsPages().FirstAsync();

        Assert.NotNull(page.ContinuationToken);
        Assert.Equal([new TableQuery(Table, "PartitionKey eq 'p1'", 3, 3)], _server.Queries);
    }

    [Fact]
    public async Task Query_LastPageIsFull_HasNoContinuation()
    {
        LoadRows();

        var pages = await _table.QueryAsync<TableEntity>("PartitionKey eq 'p1'", maxPerPage: 5).AsPages().ToListAsync();

        Assert.Equal([5, 5], pages.Select(page => page.Values.Count));
        Assert.Null(pages[1].ContinuationToken);
    }

    [Fact]
    public async Task Query_ScanLimit_EndsPagesEarlyAndEvenEmpty()
    {
        LoadRows();
        _server.ScanLimit = 4;

        var pages = await _table.QueryAsync<TableEntity>("PartitionKey eq 'p1' and Number ge 5").AsPages().Select(page => page.Values.Count).ToListAsync();

        Assert.Equal([0, 3, 2], pages);
        Assert.Equal([4, 4, 2], _server.Queries.Select(query => query.RowsScanned));
    }

    [Fact]
    public async Task Load_Rows_AreThereWithoutARequest()
    {
        _server.Load(Table, [new TableEntity("p", "a") { ["A"] = 1L, ["B"] = null!, ["odata.etag"] = "x" }, new TableEntity("p", "a") { ["A"] = 2L }]);

        Assert.Equal(new TableCounts(), _server.Counts);
        Assert.Equal(1, _server.CountRows(Table));
        var row = (await _table.GetEntityAsync<TableEntity>("p", "a")).Value;
        Assert.Equal((2L, "p", "a"), (row["A"], row.PartitionKey, row.RowKey));
        Assert.NotEqual(default, row.ETag);
    }

    [Fact]
    public void Load_RowOverALimit_Throws()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => _server.Load(Table, [new TableEntity("p", "a/b")]));

        Assert.Equal("OutOfRangeInput: The 'RowKey' parameter of value 'a/b' is out of range.", failure.Message);
    }

    [Fact]
    public async Task Timestamp_AndDate_AreOfTheServersClock()
    {
        _server.Load(Table, []);
        var written = _time.GetUtcNow();
        await _table.AddEntityAsync(new TableEntity("p", "a"));
        _time.Advance(TimeSpan.FromHours(1));

        var answer = await _table.GetEntityAsync<TableEntity>("p", "a");

        Assert.Equal(written, answer.Value.Timestamp);
        Assert.InRange(answer.GetRawResponse().Headers.Date!.Value, written + TimeSpan.FromMinutes(59), written + TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Writes_AtTheSameTime_HaveDifferentVersions()
    {
        _server.Load(Table, []);

        var first = (await _table.AddEntityAsync(new TableEntity("p", "a"))).Headers.ETag;
        var second = (await _table.UpdateEntityAsync(new TableEntity("p", "a"), first!.Value)).Headers.ETag;

        Assert.NotEqual(first, second);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Rows_InAnyOrder_AreKeptAsASortedMapKeepsThem(int seed)
    {
        var random = new Random(seed);
        _server.Load(Table, []);
        var expected = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 4_000; i++)
        {
            var key = $"{random.Next(2_500)}";
            if (random.Next(4) == 0)
            {
                expected.Remove(key);
                await _table.DeleteEntityAsync("p", key);
                continue;
            }

            expected[key] = i;
            _server.Load(Table, [new TableEntity("p", key) { ["A"] = i }]);
        }

        var rows = await _table.QueryAsync<TableEntity>().Select(row => KeyValuePair.Create(row.RowKey, row.GetInt32("A")!.Value)).ToListAsync();

        Assert.Equal(expected, rows);
        Assert.Equal(expected.Count, _server.CountRows(Table));
    }

    [Fact]
    public async Task ManyPages_EverythingDeleted_LeavesAnEmptyTable()
    {
        _server.Load(Table, Enumerable.Range(0, 2_000).Select(i => new TableEntity("p", $"{i:D5}")));
        await foreach (var page in _table.QueryAsync<TableEntity>(maxPerPage: 100).AsPages())
            await _table.SubmitTransactionAsync(page.Values.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row)));

        Assert.Equal(0, _server.CountRows(Table));
        Assert.Empty(_table.Query<TableEntity>());
        await _table.AddEntityAsync(new TableEntity("p", "again"));
        Assert.Equal(["again"], _table.Query<TableEntity>().Select(row => row.RowKey));
    }

    [Fact]
    public void Query_ColumnsOfOtherKinds_DoNotMatch()
    {
        _server.Load(Table, [new TableEntity("p", "a") { ["A"] = "5" }, new TableEntity("p", "b") { ["A"] = 5L }, new TableEntity("p", "c")]);

        Assert.Equal(["b"], _table.Query<TableEntity>("A eq 5").Select(row => row.RowKey));
        Assert.Equal(["a"], _table.Query<TableEntity>("A eq '5'").Select(row => row.RowKey));
        Assert.Equal(["b"], _table.Query<TableEntity>("A ne 4").Select(row => row.RowKey));
        Assert.Equal(["b"], _table.Query<TableEntity>("A gt 4.5 and A lt 5.5").Select(row => row.RowKey));
    }

    [Fact]
    public async Task Insert_PrefersContent_AnswersWithTheRow()
    {
        using var service = new RawTableService(_server);
        _server.Load(Table, []);

        var answer = await service.SendAsync(HttpMethod.Post, Table, """{"PartitionKey":"p","RowKey":"r","A@odata.type":"Edm.Double","A":5,"B":true}""");

        Assert.Equal(201, answer.Status);
        Assert.Contains(""" "RowKey":"r","Timestamp":""".Trim(), answer.Body, StringComparison.Ordinal);
        Assert.EndsWith(""" "A":5.0,"B":true}""".Trim(), answer.Body, StringComparison.Ordinal);
    }

    private void LoadRows() => _server.Load(
        Table,
        from partition in Enumerable.Range(0, 3)
        from row in Enumerable.Range(0, 10)
        select new TableEntity($"p{partition}", $"r{row}") { ["Number"] = row, ["Even"] = row % 2 == 0 });
}
