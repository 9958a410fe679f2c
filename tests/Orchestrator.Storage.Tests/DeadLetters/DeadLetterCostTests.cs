using Azure.Data.Tables;
using Orchestrator.History;
using Orchestrator.Storage.DeadLetters;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Tables;

namespace Orchestrator.Storage.Tests.DeadLetters;

/// <summary>What dead letters cost however many there are, and those of before, on a table service that counts.</summary>
public sealed class DeadLetterCostTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    private TableServer _server = null!;

    public async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task List_ManyLettersOfManySourcesAndDays_OneRequestAPage()
    {
        await using var store = await Store.StartAsync(_server);
        await AddAsync(store, 2_500, i => Letter(i) with { Source = $"source {i % 40}", DeadAt = Now.AddHours(-i) });
        await PageAsync(store, new DeadLetterQuery());
        _server.ResetCounts();

        var page = await PageAsync(store, new DeadLetterQuery { PageSize = 200 });
        var first = _server.ResetCounts();
        var next = await PageAsync(store, new DeadLetterQuery { PageSize = 200, ContinuationToken = page.ContinuationToken });
        var second = _server.ResetCounts();

        Assert.Equal(Enumerable.Range(0, 400).Select(i => $"{i}"), page.Letters.Concat(next.Letters).Select(stored => stored.Letter.Id));
        Assert.Equal((1, 200, 1, 200), (first.Requests, first.RowsReturned, second.Requests, second.RowsReturned));
        Assert.InRange(second.RowsScanned, 200, 201);
    }

    [Fact]
    public async Task List_FilterThatLetsLittlePass_ShortPagesOfBoundedRequests()
    {
        await using var store = await Store.StartAsync(_server);
        await AddAsync(store, 2_000, i => Letter(i) with { Code = i == 1_999 ? "rare" : "common" });
        await PageAsync(store, new DeadLetterQuery());
        _server.ScanLimit = 100;
        _server.ResetCounts();

        var letters = new List<string>();
        var query = new DeadLetterQuery { Code = "rare" };
        var pages = 0;
        do
        {
            var page = await PageAsync(store, query);
            letters.AddRange(page.Letters.Select(stored => stored.Letter.Id));
            query = query with { ContinuationToken = page.ContinuationToken };
            Assert.InRange(_server.ResetCounts().Requests, 1, TableDeadLetterStore.RequestsPerPage);
            pages++;
        }
        while (query.ContinuationToken is not null);

        Assert.Equal(["1999"], letters);
        Assert.Equal(3, pages);
    }

    [Fact]
    public async Task Add_Letter_TwoRequests()
    {
        await using var store = await Store.StartAsync(_server);
        _server.ResetCounts();

        await store.DeadLetters.AddAsync(Letter(1), None);

        var counts = _server.ResetCounts();
        Assert.Equal((2, 2), (counts.Requests, counts.RowsWritten));
    }

    [Fact]
    public async Task Count_MoreThanItCounts_SaysSo()
    {
        await using var store = await Store.StartAsync(_server);
        await AddAsync(store, 5_001, Letter);
        await store.DeadLetters.CountAsync(Now, None);
        _server.ResetCounts();

        var counts = await store.DeadLetters.CountAsync(Now.AddSeconds(-9), None);

        Assert.Equal(new DeadLetterCounts(5_000, 0, 10, IsAtLeast: true), counts);
        Assert.Equal(TableDeadLetterStore.RequestsPerCount, _server.ResetCounts().Requests);
    }

    [Fact]
    public async Task List_LettersOfTheFirstReleases_AreMovedAndListedAmongTheOthers()
    {
        await using var store = await Store.StartAsync(_server);
        await store.DeadLetters.AddAsync(Letter(5) with { Source = "queue:tasks" }, None);
        var table = store.Table("DeadLetters");
        for (var i = 0; i < 10; i++)
            await table.AddEntityAsync(OldRow(i, i % 2 == 0 ? "callback" : "queue:tasks", body: i == 3 ? new string('x', 32_768) : "{}"));

        var listed = (await PageAsync(store, new DeadLetterQuery())).Letters;

        Assert.Equal(["old 9", "old 8", "old 7", "old 6", "old 5", "old 4", "old 3", "old 2", "old 1", "old 0", "5"], listed.Select(stored => stored.Letter.Id));
        var full = (await store.DeadLetters.GetAsync(listed[6].Id, None))!.Letter;
        Assert.Equal(("queue:tasks", "invalid_task", "It is no task.", 3, 131_072, true), (full.Source, full.Code, full.Reason, full.DeliveryCount, full.BodyLength, full.BodyTruncated));
        Assert.Equal((Now.AddHours(3), Now.AddHours(3).AddSeconds(5)), (full.ArrivedAt, full.DeadAt));
        Assert.Equal([new Fault("/type", "No.")], full.Faults);
        Assert.Equal(("{}", false), ((await store.DeadLetters.GetAsync(listed[0].Id, None))!.Letter.Body, listed[0].Letter.BodyTruncated));

        // A second delivery finds it where it is now; and the rows of old are gone.
        Assert.False(await store.DeadLetters.AddAsync(full with { DeadAt = Now.AddDays(1) }, None));
        Assert.All(await store.RowsAsync(), row => Assert.DoesNotContain("DeadLetters/queue", row, StringComparison.Ordinal));
        Assert.DoesNotContain(await store.RowsAsync(), row => row.Contains("DeadLetters/callback", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_ManyLettersOfTheFirstReleases_SomeAtATimeAndLookedForAgainAnHourLater()
    {
        await using var store = await Store.StartAsync(_server);
        var table = store.Table("DeadLetters");
        for (var i = 0; i < OldDeadLetters.PerLook + 1; i++)
            await table.AddEntityAsync(OldRow(i, "callback", "{}"));

        Assert.Equal(OldDeadLetters.PerLook, (await store.DeadLetters.CountAsync(Now, None)).Dead);
        Assert.Equal(OldDeadLetters.PerLook + 1, (await store.DeadLetters.CountAsync(Now, None)).Dead);

        await table.AddEntityAsync(OldRow(1_000, "callback", "{}"));
        Assert.Equal(OldDeadLetters.PerLook + 1, (await store.DeadLetters.CountAsync(Now, None)).Dead);
        store.Time.Advance(OldDeadLetters.Interval);
        Assert.Equal(OldDeadLetters.PerLook + 2, (await store.DeadLetters.CountAsync(Now, None)).Dead);
    }

    [Fact]
    public async Task List_RowsThatCannotBeRead_ArePassedOver()
    {
        await using var store = await Store.StartAsync(_server);
        var table = store.Table("DeadLetters");
        for (var i = 0; i < OldDeadLetters.PerLook; i++)
        {
            var row = OldRow(i, "callback", "{}");
            row.Remove("Code");
            await table.AddEntityAsync(row);
        }

        await table.AddEntityAsync(OldRow(1, "queue:tasks", "{}"));
        foreach (var number in new[] { 5, 6 })
            await store.DeadLetters.AddAsync(Letter(number), None);
        await foreach (var row in table.QueryAsync<TableEntity>("Id eq '6'"))
            await table.UpdateEntityAsync(new TableEntity(row.PartitionKey, row.RowKey) { ["RedrivenAt"] = Now, ["RedriveOutcome"] = "Forgotten" }, Azure.ETag.All, TableUpdateMode.Merge);

        await store.DeadLetters.CountAsync(Now, None);

        Assert.Equal(3, (await store.DeadLetters.CountAsync(Now, None)).Dead);
        Assert.Equal(["old 1", "5"], (await PageAsync(store, new DeadLetterQuery())).Letters.Select(stored => stored.Letter.Id));
        Assert.Equal(3, await store.DeadLetters.DeleteBeforeAsync(Now.AddYears(1), 100, None));
    }

    /// <summary>A row as releases up to 3 wrote it. Never to be edited.</summary>
    private static TableEntity OldRow(int number, string source, string body)
    {
        var arrivedAt = Now.AddHours(number);
        var row = new TableEntity(source.Replace(":", "~ĺ", StringComparison.Ordinal), $"{DateTimeOffset.MaxValue.UtcTicks - arrivedAt.UtcTicks:D19}!old~Ġ{number}")
        {
            ["Schema"] = 1,
            ["Source"] = source,
            ["Id"] = $"old {number}",
            ["ArrivedAt"] = arrivedAt,
            ["DeadAt"] = arrivedAt.AddSeconds(5),
            ["Code"] = "invalid_task",
            ["Reason"] = "It is no task.",
            ["DeliveryCount"] = 3,
            ["Faults"] = """[{"pointer":"/type","message":"No."}]""",
            ["Body0"] = body,
            ["WriteId"] = "w",
        };
        for (var column = 1; column < 4 && body.Length > 2; column++)
            row["Body" + column] = body;
        return row;
    }

    private static async Task AddAsync(Store store, int count, Func<int, DeadLetter> letter)
    {
        foreach (var chunk in Enumerable.Range(0, count).Chunk(200))
            await Task.WhenAll(chunk.Select(i => store.DeadLetters.AddAsync(letter(i), None)));
    }

    private static async Task<DeadLetterListing.Page> PageAsync(Store store, DeadLetterQuery query) =>
        Assert.IsType<DeadLetterListing.Page>(await store.DeadLetters.ListAsync(query, None));

    private static DeadLetter Letter(int number) => new()
    {
        Source = "queue:tasks",
        Id = $"{number}",
        ArrivedAt = Now.AddDays(-1),
        DeadAt = Now.AddSeconds(-number),
        Code = "invalid_task",
        Reason = "It is no task.",
        Body = "{}",
    };
}
