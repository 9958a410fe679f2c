using Orchestrator.History;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.DeadLetters;

public sealed class TableDeadLetterStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Add_DeadLetters_AreListedLastGivenUpFirst()
    {
        await using var store = await Store.StartAsync(azurite);
        var first = Letter("1", Now) with { Faults = [new Fault("/type", "It is missing.")], DeliveryCount = 5, BodyLength = 7 };
        var second = Letter("2/ü", Now.AddDays(1)) with { ArrivedAt = Now.AddDays(-1), Body = "" };
        var third = Letter("1", Now.AddYears(1)) with { Source = "callback", BodyLength = 7 };

        foreach (var letter in new[] { second, first, third })
            Assert.True(await store.DeadLetters.AddAsync(letter, None));

        var listed = await PageAsync(store, new DeadLetterQuery());
        Assert.Equivalent(new[] { third with { Body = "" }, second, first with { Body = "", Faults = [] } }, listed.Letters.Select(stored => stored.Letter), strict: true);
        Assert.Equal(["{a: 1}", "", "{a: 1}"], listed.Letters.Select(stored => stored.Preview));
        Assert.Null(listed.ContinuationToken);
        Assert.Equivalent(first, (await store.DeadLetters.GetAsync(listed.Letters[2].Id, None))!.Letter, strict: true);
        Assert.Null(await store.DeadLetters.GetAsync(DeadLetterId.New(Now.AddDays(9), listed.Letters[2].Id.Hash), None));
    }

    [Fact]
    public async Task Add_TheSameAgain_IsOneDeadLetterOfTheFirstTime()
    {
        await using var store = await Store.StartAsync(azurite);
        await store.DeadLetters.AddAsync(Letter("1", Now), None);

        Assert.False(await store.DeadLetters.AddAsync(Letter("1", Now) with { DeadAt = Now.AddDays(1) }, None));
        Assert.True(await store.DeadLetters.AddAsync(Letter("1", Now.AddTicks(1)), None));

        Assert.Equal([Now, Now], (await PageAsync(store, new DeadLetterQuery())).Letters.Select(stored => stored.Letter.DeadAt.AddTicks(-stored.Letter.DeadAt.Ticks % TimeSpan.TicksPerMillisecond)));
    }

    [Fact]
    public async Task Add_BrokenOffAfterTheMark_GoesOnAtItsTime()
    {
        await using var store = await Store.StartAsync(azurite);
        await store.DeadLetters.AddAsync(Letter("1", Now), None);
        var id = Assert.Single((await PageAsync(store, new DeadLetterQuery())).Letters).Id;
        await store.Table("DeadLetters").DeleteEntityAsync("!d!79738877", DeadLetterKeys.Row(id));

        Assert.True(await store.DeadLetters.AddAsync(Letter("1", Now) with { DeadAt = Now.AddHours(1) }, None));

        Assert.Equal(id, Assert.Single((await PageAsync(store, new DeadLetterQuery())).Letters).Id);
    }

    [Theory]
    [InlineData(65_536, 65_536)]
    [InlineData(131_072, 131_072)]
    [InlineData(131_073, 131_072)]
    public async Task Add_LongBody_IsKeptUpToTheLimitAndSaysSo(int length, int kept)
    {
        await using var store = await Store.StartAsync(azurite);
        var body = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        await store.DeadLetters.AddAsync(Letter("1", Now) with { Body = body, Reason = new string('r', 5_000), Faults = [.. Enumerable.Range(0, 500).Select(i => new Fault($"/{i}", new string('f', 200)))] }, None);

        var listed = Assert.Single((await PageAsync(store, new DeadLetterQuery())).Letters);
        var letter = (await store.DeadLetters.GetAsync(listed.Id, None))!.Letter;
        Assert.Equal((body[..kept], 4_000, 25), (letter.Body, letter.Reason.Length, letter.Faults.Count));
        Assert.Equal((length, length > kept), (letter.BodyLength, letter.BodyTruncated));
        Assert.Equal((length, length > kept, 100), (listed.Letter.BodyLength, listed.Letter.BodyTruncated, listed.Preview.Length));
    }

    [Fact]
    public async Task List_Filters_OnlyWhatIsAskedFor()
    {
        await using var store = await Store.StartAsync(azurite);
        for (var day = 0; day < 6; day++)
            await store.DeadLetters.AddAsync(Letter($"{day}", Now.AddDays(day)) with { Source = day % 2 == 0 ? "even" : "it's odd", Code = day < 3 ? "early" : "late" }, None);

        Assert.Equal(["4", "2", "0"], await IdsAsync(store, new DeadLetterQuery { Source = "even" }));
        Assert.Equal(["5", "3"], await IdsAsync(store, new DeadLetterQuery { Source = "it's odd", Code = "late" }));
        Assert.Equal(["3", "2"], await IdsAsync(store, new DeadLetterQuery { From = Now.AddDays(2), To = Now.AddDays(4) }));
        Assert.Equal(["5"], await IdsAsync(store, new DeadLetterQuery { From = Now.AddDays(4).AddMilliseconds(1) }));
        Assert.Equal([], await IdsAsync(store, new DeadLetterQuery { Source = "even' or Source eq 'it''s odd" }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.DeadLetters.ListAsync(new DeadLetterQuery { PageSize = 0 }, None));
    }

    [Fact]
    public async Task List_Pages_NothingMissedOrRepeatedWhileSomeAreAdded()
    {
        await using var store = await Store.StartAsync(azurite);
        for (var i = 0; i < 7; i++)
            await store.DeadLetters.AddAsync(Letter($"{i}", Now.AddHours(8 * i)), None);

        var ids = new List<string>();
        var query = new DeadLetterQuery { PageSize = 3, Code = "invalid_task" };
        for (var pages = 0; pages == 0 || query.ContinuationToken is not null; pages++)
        {
            Assert.True(pages < 4, "It comes to an end.");
            var page = await PageAsync(store, query);
            ids.AddRange(page.Letters.Select(stored => stored.Letter.Id));
            query = query with { ContinuationToken = page.ContinuationToken };
            await store.DeadLetters.AddAsync(Letter($"new {pages}", Now.AddYears(1)), None);
        }

        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], ids);
    }

    [Fact]
    public async Task List_TokenOfAnotherList_Refused()
    {
        await using var store = await Store.StartAsync(azurite);
        for (var i = 0; i < 3; i++)
            await store.DeadLetters.AddAsync(Letter($"{i}", Now.AddHours(i)), None);
        var query = new DeadLetterQuery { PageSize = 1, Source = "queue:tasks" };
        var token = (await PageAsync(store, query)).ContinuationToken!;

        Assert.IsType<DeadLetterListing.InvalidToken>(await store.DeadLetters.ListAsync(query with { ContinuationToken = token, Source = "other" }, None));
        Assert.IsType<DeadLetterListing.InvalidToken>(await store.DeadLetters.ListAsync(query with { ContinuationToken = token[..^1] + (token[^1] == 'A' ? 'Q' : 'A') }, None));
        Assert.IsType<DeadLetterListing.InvalidToken>(await store.DeadLetters.ListAsync(query with { ContinuationToken = "x" }, None));
        Assert.IsType<TaskListing.InvalidToken>(await store.Tasks.ListAsync(new TaskQuery { ContinuationToken = token }, None));
        Assert.IsType<DeadLetterListing.Page>(await store.DeadLetters.ListAsync(query with { ContinuationToken = token, PageSize = 2 }, None));
    }

    [Fact]
    public async Task AddRedrive_SeveralAtOnce_AllCountAndASuccessStays()
    {
        await using var store = await Store.StartAsync(azurite);
        await store.DeadLetters.AddAsync(Letter("1", Now), None);
        var id = Assert.Single((await PageAsync(store, new DeadLetterQuery())).Letters).Id;
        var task = (await store.SubmitAsync()).Record.Id;
        var refused = new DeadLetterRedrive(Now.AddHours(1), RedriveOutcome.Refused, Task: null, new TaskError("invalid_task", "No.")) { Faults = [new Fault("/type", "No.")] };
        var submitted = new DeadLetterRedrive(Now.AddHours(2), RedriveOutcome.Submitted, task, Error: null);

        Assert.Equivalent(refused, (await store.DeadLetters.AddRedriveAsync(id, refused, None))!.Letter.Redrive, strict: true);
        Assert.Equivalent(refused, (await store.DeadLetters.GetAsync(id, None))!.Letter.Redrive, strict: true);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => store.DeadLetters.AddRedriveAsync(id, i == 2 ? submitted : refused, None)));

        var letter = (await store.DeadLetters.GetAsync(id, None))!.Letter;
        Assert.Equal((6, DeadLetterState.Redriven), (letter.Redrives, letter.State));
        Assert.Equivalent(submitted, letter.Redrive, strict: true);
        Assert.Equal((RedriveOutcome.Submitted, "{\"a\":1}"), (Assert.Single((await PageAsync(store, new DeadLetterQuery())).Letters).Letter.Redrive!.Outcome, letter.Body));
        Assert.Null(await store.DeadLetters.AddRedriveAsync(DeadLetterId.New(Now, new string('0', 20)), refused, None));
    }

    [Fact]
    public async Task Delete_BySourceIdAndTime_LeavesNothingOfItAndAllOfOthers()
    {
        await using var store = await Store.StartAsync(azurite);
        var letter = Letter("1", Now) with { Source = "callback", ArrivedAt = Now.AddDays(-3).AddTicks(7) };
        await store.DeadLetters.AddAsync(Letter("1", Now), None);
        await store.DeadLetters.AddAsync(letter, None);

        Assert.False(await store.DeadLetters.DeleteAsync(letter.Source, letter.Id, Now, None), "It arrived at another time.");
        Assert.True(await store.DeadLetters.DeleteAsync(letter.Source, letter.Id, letter.ArrivedAt, None), "It is there.");
        Assert.False(await store.DeadLetters.DeleteAsync(letter.Source, letter.Id, letter.ArrivedAt, None), "It is gone.");

        Assert.Equal(["queue:tasks"], (await PageAsync(store, new DeadLetterQuery())).Letters.Select(stored => stored.Letter.Source));
        Assert.True(await store.DeadLetters.AddAsync(letter, None), "Nothing of it was left.");
    }

    [Fact]
    public async Task Delete_Letter_LeavesNothing()
    {
        await using var store = await Store.StartAsync(azurite);
        await store.DeadLetters.AddAsync(Letter("1", Now), None);
        var id = Assert.Single((await PageAsync(store, new DeadLetterQuery())).Letters).Id;

        Assert.True(await store.DeadLetters.DeleteAsync(id, None));
        Assert.False(await store.DeadLetters.DeleteAsync(id, None));

        Assert.DoesNotContain(await store.RowsAsync(), row => row.StartsWith($"{store.Prefix}DeadLetters/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DeleteBefore_ManyLetters_SomeAtATimeAndNoneThatIsYounger()
    {
        await using var store = await Store.StartAsync(azurite);
        for (var i = 0; i < 8; i++)
            await store.DeadLetters.AddAsync(Letter($"{i}", Now.AddHours(8 * i)), None);

        Assert.Equal(3, await store.DeadLetters.DeleteBeforeAsync(Now.AddHours(40), 3, None));
        Assert.Equal(2, await store.DeadLetters.DeleteBeforeAsync(Now.AddHours(40), 3, None));
        Assert.Equal(0, await store.DeadLetters.DeleteBeforeAsync(Now.AddHours(40), 3, None));

        Assert.Equal(["7", "6", "5"], await IdsAsync(store, new DeadLetterQuery()));
        Assert.Equal(6, (await store.RowsAsync()).Count(row => row.StartsWith($"{store.Prefix}DeadLetters/", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.DeadLetters.DeleteBeforeAsync(Now, 0, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.DeadLetters.DeleteBeforeAsync(Now, 1_001, None));
    }

    [Fact]
    public async Task Count_Letters_ByStateAndOfLate()
    {
        await using var store = await Store.StartAsync(azurite);
        Assert.Equal(new DeadLetterCounts(0, 0, 0, IsAtLeast: false), await store.DeadLetters.CountAsync(Now, None));
        for (var i = 0; i < 5; i++)
            await store.DeadLetters.AddAsync(Letter($"{i}", Now.AddMinutes(-30 * i)), None);
        var ids = (await PageAsync(store, new DeadLetterQuery())).Letters.Select(stored => stored.Id).ToList();
        await store.DeadLetters.AddRedriveAsync(ids[0], new DeadLetterRedrive(Now, RedriveOutcome.Delivered, Task: null, Error: null), None);
        await store.DeadLetters.AddRedriveAsync(ids[1], new DeadLetterRedrive(Now, RedriveOutcome.Failed, Task: null, new TaskError("a", "b")), None);

        Assert.Equal(new DeadLetterCounts(4, 1, 3, IsAtLeast: false), await store.DeadLetters.CountAsync(Now.AddHours(-1), None));
    }

    private static async Task<DeadLetterListing.Page> PageAsync(Store store, DeadLetterQuery query) =>
        Assert.IsType<DeadLetterListing.Page>(await store.DeadLetters.ListAsync(query, None));

    private static async Task<IEnumerable<string>> IdsAsync(Store store, DeadLetterQuery query) => (await PageAsync(store, query)).Letters.Select(stored => stored.Letter.Id);

    private static DeadLetter Letter(string id, DateTimeOffset deadAt) => new()
    {
        Source = "queue:tasks",
        Id = id,
        ArrivedAt = deadAt.AddSeconds(-2),
        DeadAt = deadAt,
        Code = "invalid_task",
        Reason = "It is no task.",
        Body = "{\"a\":1}",
    };
}
