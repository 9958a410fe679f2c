using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Access;
using Orchestrator.Audit;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Storage.Tests.Audit;

public sealed class TableAuditStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task BeginAndEnd_Entries_AreListedNewestFirst()
    {
        await using var store = await Store.StartAsync(azurite);
        var audit = store.Services.GetRequiredService<IAuditStore>();
        var first = Entry(Now, "key:1", "task-1");
        var second = Entry(Now.AddMilliseconds(1), "key:2", "task-'2") with { TraceId = null };
        var third = Entry(Now.AddDays(1), "key:1", "");
        foreach (var entry in new[] { second, third, first })
            await audit.BeginAsync(entry, None);

        var done = new AuditEnd(AuditOutcome.Done, Now.AddSeconds(1), 202, null, [new AuditChange("state", "Queued", "Cancelled"), new AuditChange("version", null, "3")]);
        var refused = new AuditEnd(AuditOutcome.Refused, Now.AddSeconds(2), 409, "task_finished", []);
        await audit.EndAsync(first.Id, done, None);
        await audit.EndAsync(first.Id, done, None);
        await audit.EndAsync(second.Id, refused, None);

        var page = await PageAsync(audit, new AuditQuery());
        Assert.Equivalent(new[] { third, second with { End = refused }, first with { End = done } }, page.Entries, strict: true);
        Assert.Null(page.ContinuationToken);
        Assert.Equal(AuditOutcome.Begun, page.Entries[0].End.Outcome);
    }

    [Fact]
    public async Task List_Filters_OnlyWhatIsAskedFor()
    {
        await using var store = await Store.StartAsync(azurite);
        var audit = store.Services.GetRequiredService<IAuditStore>();
        for (var day = 0; day < 4; day++)
            await audit.BeginAsync(Entry(Now.AddDays(day), day % 2 == 0 ? "key:even" : "entra:it's odd", $"task-{day}"), None);

        Assert.Equal(["task-2", "task-0"], await TargetsAsync(audit, new AuditQuery { Actor = "key:even" }));
        Assert.Equal(["task-3", "task-1"], await TargetsAsync(audit, new AuditQuery { Actor = "Name of entra:it's odd" }));
        Assert.Equal(["task-1"], await TargetsAsync(audit, new AuditQuery { Target = "task-1" }));
        Assert.Equal(["task-2", "task-1"], await TargetsAsync(audit, new AuditQuery { From = Now.AddDays(1), To = Now.AddDays(3) }));
        Assert.Equal([], await TargetsAsync(audit, new AuditQuery { Actor = "x' or Actor eq 'key:even" }));
    }

    [Fact]
    public async Task End_WithWhatWasCreated_IsFoundByThat()
    {
        await using var store = await Store.StartAsync(azurite);
        var audit = store.Services.GetRequiredService<IAuditStore>();
        var entry = Entry(Now, "key:1", "");
        await audit.BeginAsync(entry, None);

        await audit.EndAsync(entry.Id, new AuditEnd(AuditOutcome.Done, Now, 201, null, []) { Target = "key-1" }, None);

        Assert.Equal(["key-1"], await TargetsAsync(audit, new AuditQuery { Target = "key-1" }));
    }

    [Fact]
    public async Task List_Pages_AllAndTokensOnlyOfTheirList()
    {
        await using var store = await Store.StartAsync(azurite);
        var audit = store.Services.GetRequiredService<IAuditStore>();
        for (var i = 0; i < 7; i++)
            await audit.BeginAsync(Entry(Now.AddHours(8 * i), "local", $"{i}"), None);
        var query = new AuditQuery { PageSize = 3, Actor = "local" };
        var token = (await PageAsync(audit, query)).ContinuationToken!;

        var targets = new List<string>();
        for (var pages = 0; pages == 0 || query.ContinuationToken is not null; pages++)
        {
            Assert.True(pages < 4, "It comes to an end.");
            var page = await PageAsync(audit, query);
            targets.AddRange(page.Entries.Select(entry => entry.Target));
            query = query with { ContinuationToken = page.ContinuationToken };
        }

        Assert.Equal(["6", "5", "4", "3", "2", "1", "0"], targets);
        Assert.IsType<AuditListing.InvalidToken>(await audit.ListAsync(new AuditQuery { PageSize = 3, Actor = "other", ContinuationToken = token }, None));
        Assert.IsType<AuditListing.InvalidToken>(await audit.ListAsync(query with { ContinuationToken = "forged" }, None));
    }

    [Fact]
    public async Task DeleteBefore_WholeDaysOnly_TheOthersStay()
    {
        await using var store = await Store.StartAsync(azurite);
        var audit = store.Services.GetRequiredService<IAuditStore>();
        foreach (var day in new[] { -400, -3, -2, -1, 0 })
            await audit.BeginAsync(Entry(Now.AddDays(day), "local", $"{day}"), None);

        Assert.Equal(1, await audit.DeleteBeforeAsync(Now.AddDays(-1), 1, None));
        Assert.Equal(2, await audit.DeleteBeforeAsync(Now.AddDays(-1), 1_000, None));
        Assert.Equal(0, await audit.DeleteBeforeAsync(Now.AddDays(-1), 1_000, None));

        Assert.Equal(["0", "-1"], await TargetsAsync(audit, new AuditQuery()));
    }

    [Fact]
    public async Task End_MoreChangesThanFit_KeepsAsManyAsDo()
    {
        await using var store = await Store.StartAsync(azurite);
        var audit = store.Services.GetRequiredService<IAuditStore>();
        var entry = Entry(Now, "local", new string('t', 5_000));
        await audit.BeginAsync(entry, None);

        await audit.EndAsync(entry.Id, new AuditEnd(AuditOutcome.Done, Now, 200, null, [.. Enumerable.Range(0, 500).Select(i => new AuditChange($"{i}", null, new string('"', 900)))]), None);

        var read = Assert.Single((await PageAsync(audit, new AuditQuery())).Entries);
        Assert.Equal((400, 13, 400), (read.Target.Length, read.End.Changes.Count, read.End.Changes[0].After!.Length));
    }

    private static AuditEntry Entry(DateTimeOffset at, string actor, string target) => new()
    {
        Id = AuditEntryId.New(at, new SystemRandomSource()),
        At = at,
        Actor = new AuditActor(actor, $"Name of {actor}", Role.Operator),
        Method = "POST",
        Route = "tasks/{id}/cancel",
        Target = target,
        TraceId = "0123456789abcdef0123456789abcdef",
    };

    private static async Task<AuditListing.Page> PageAsync(IAuditStore audit, AuditQuery query) => Assert.IsType<AuditListing.Page>(await audit.ListAsync(query, None));

    private static async Task<IEnumerable<string>> TargetsAsync(IAuditStore audit, AuditQuery query) => (await PageAsync(audit, query)).Entries.Select(entry => entry.Target);
}
