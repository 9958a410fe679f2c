using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Service;

namespace Embedded.Azure.Data.Tables.Tests.Queries;

public abstract class QueryTests(TableServiceFixture host)
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 15, 5, 4, TimeSpan.Zero);
    private static readonly Guid Id = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    [Fact]
    public async Task QueryAsync_ManyRows_GivesEachOnceInOrderOverAllPages()
    {
        const int rows = 2500;
        var table = await host.CreateTableAsync();
        await FillAsync(table, rows);
        var expected = Enumerable.Range(0, rows).Select(i => (Partition(i), Row(i))).ToList();

        var read = await table.QueryAsync<TableEntity>().Select(row => (row.PartitionKey, row.RowKey)).ToListAsync();
        var pages = await table.QueryAsync<TableEntity>().AsPages().Select(page => page.Values.Count).ToListAsync();
        var synchronous = table.Query<TableEntity>(select: ["RowKey"]).Select(row => row.RowKey).ToList();
        var one = await table.QueryAsync<TableEntity>("PartitionKey eq 'p0001'").CountAsync();

        Assert.Equal(expected, read);
        Assert.Equal([1000, 1000, 500], pages);
        Assert.Equal(expected.Select(row => row.Item2), synchronous);
        Assert.Equal(1000, one);
    }

    [Fact]
    public async Task AsPages_FromAToken_GoesOnWhereThePageEnded()
    {
        var table = await host.CreateTableAsync();
        await FillAsync(table, 10);

        var first = table.Query<TableEntity>(maxPerPage: 3).AsPages().First();
        var second = await table.QueryAsync<TableEntity>(maxPerPage: 3).AsPages(first.ContinuationToken).FirstAsync();
        var rest = table.Query<TableEntity>().AsPages(second.ContinuationToken, pageSizeHint: 2).ToList();

        Assert.Equal([Row(0), Row(1), Row(2)], first.Values.Select(row => row.RowKey));
        Assert.Equal([Row(3), Row(4), Row(5)], second.Values.Select(row => row.RowKey));
        Assert.Equal([[Row(6), Row(7)], [Row(8), Row(9)]], rest.Select(page => page.Values.Select(row => row.RowKey)));
        Assert.Null(rest[^1].ContinuationToken);
        Assert.Equal(200, first.GetRawResponse().Status);
    }

    [Fact]
    public async Task QueryAsync_NoRow_IsOneEmptyPage()
    {
        var table = await host.CreateTableAsync();

        var page = Assert.Single(table.Query<TableEntity>("PartitionKey eq 'none'").AsPages());

        Assert.Empty(page.Values);
        Assert.Null(page.ContinuationToken);
    }

    [Fact]
    public async Task QueryAsync_Cancelled_Stops()
    {
        var table = await host.CreateTableAsync();
        await FillAsync(table, 4);
        using var cancellation = new CancellationTokenSource();
        var read = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in table.QueryAsync<TableEntity>(maxPerPage: 1, cancellationToken: cancellation.Token))
            {
                read++;
                await cancellation.CancelAsync();
            }
        });

        Assert.Equal(1, read);
    }

    [Fact]
    public async Task Query_FilterOfEveryType_FindsTheRow()
    {
        var table = await host.CreateTableAsync();
        var value = new TableEntity("p", "yes")
        {
            ["Text"] = "it's",
            ["Flag"] = true,
            ["Int"] = 5,
            ["Long"] = 5_000_000_000,
            ["Real"] = 5.5,
            ["Whole"] = 5.0,
            ["Id"] = Id,
            ["Time"] = Time,
            ["Bytes"] = new byte[] { 1, 255 },
        };
        await table.AddEntityAsync(value);
        await table.AddEntityAsync(new TableEntity("p", "no")
        {
            ["Text"] = "its",
            ["Flag"] = false,
            ["Int"] = 4,
            ["Long"] = 4L,
            ["Real"] = 4.5,
            ["Whole"] = 4.0,
            ["Id"] = Guid.Empty,
            ["Time"] = Time.AddTicks(-1),
            ["Bytes"] = new byte[] { 1 },
        });
        string[] filters =
        [
            TableClient.CreateQueryFilter($"Text eq {"it's"}"),
            TableClient.CreateQueryFilter($"Flag eq {true}"),
            TableClient.CreateQueryFilter($"Int gt {4}"),
            TableClient.CreateQueryFilter($"Long eq {5_000_000_000}"),
            TableClient.CreateQueryFilter($"Real ge {5.5}"),
            TableClient.CreateQueryFilter($"Whole eq {5.0}"),
            TableClient.CreateQueryFilter($"Id eq {Id}"),
            TableClient.CreateQueryFilter($"Time ge {Time}"),
            TableClient.CreateQueryFilter($"Bytes eq {new byte[] { 1, 255 }}"),
            TableClient.CreateQueryFilter<TableEntity>(row => row.GetString("Text") == "it's" && row.GetInt32("Int") == 5),
            TableClient.CreateQueryFilter<TableEntity>(row => !(row.GetBoolean("Flag") == false)),
            TableClient.CreateQueryFilter<TableEntity>(row => row.GetDateTimeOffset("Time") >= Time),
            TableClient.CreateQueryFilter<TableEntity>(row => row.GetGuid("Id") == Id),
        ];

        foreach (var filter in filters)
            Assert.Equal((filter, "yes"), (filter, string.Join(',', table.Query<TableEntity>(filter).Select(row => row.RowKey))));
    }

    [Theory]
    [InlineData("x' or PartitionKey ne 'x")]
    [InlineData("') or ('1' eq '1")]
    [InlineData("x'' or true or ''")]
    public async Task Query_ValueThatLooksLikeAFilter_FindsNothing(string value)
    {
        var table = await host.CreateTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));

        Assert.Empty(table.Query<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {value}")));
        Assert.Empty(table.Query<TableEntity>(row => row.PartitionKey == value));
        Assert.Empty(await table.QueryAsync<TableEntity>(row => row.PartitionKey == value).ToListAsync());
    }

    private static string Partition(int i) => $"p{i / 1000:D4}";

    private static string Row(int i) => $"r{i:D6}";

    private static async Task FillAsync(TableClient table, int rows)
    {
        foreach (var batch in Enumerable.Range(0, rows).Chunk(100))
            await table.SubmitTransactionAsync(batch.Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity(Partition(i), Row(i)))));
    }
}
