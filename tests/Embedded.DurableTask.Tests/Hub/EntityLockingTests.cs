using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>Locks on entities from end to end: orchestrator code, engine, storage, client. Once with sessions, once replaying on every turn.</summary>
public sealed class EntityLockingTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly EntityInstanceId A = new("Account", "a");
    private static readonly EntityInstanceId B = new("Account", "b");

    public static TheoryData<int> Sessions => [1000, 0];

    public static TheoryData<int, bool> SessionsAndRestarts => new() { { 1000, true }, { 1000, false }, { 0, true }, { 0, false } };

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Transfers_InCriticalSections_LoseNothing(int sessions)
    {
        await using var app = await new AppHub(azurite, sessions).Entity<Account>("Account").Orchestrator("Transfer", TransferAsync).StartAsync();
        string[] accounts = ["a", "b", "c"];
        foreach (var account in accounts)
        {
            await app.Client.Entities.SignalEntityAsync(new EntityInstanceId("Account", account), "Set", 1000);
        }

        var transfers = Enumerable.Range(0, 30).Select(n => new Transfer(accounts[n % 3], accounts[(n + 1 + (n / 3 % 2)) % 3], n));
        var ids = await Task.WhenAll(transfers.Select(transfer => app.Client.ScheduleNewOrchestrationInstanceAsync("Transfer", transfer)));
        foreach (var id in ids)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Completed, (await EndOf(app, id)).RuntimeStatus);
        }

        var expected = accounts.ToDictionary(account => account, account => 1000 + transfers.Where(t => t.To == account).Sum(t => t.Amount) - transfers.Where(t => t.From == account).Sum(t => t.Amount));
        foreach (var account in accounts)
        {
            var entity = (await app.Client.Entities.GetEntityAsync<int>(new EntityInstanceId("Account", account)))!;
            Assert.Equal((expected[account], null), (entity.State, entity.LockedBy));
        }
    }

    [Theory]
    [MemberData(nameof(SessionsAndRestarts))]
    public async Task Lock_OfALiveInstance_SurvivesTheOwner(int sessions, bool inOrder)
    {
        await using var app = await HoldingAsync(sessions);
        var second = await app.Client.ScheduleNewOrchestrationInstanceAsync("Hold");
        await app.Client.WaitForInstanceStartAsync(second).WithinLimitAsync("the second one runs");
        await app.Client.Entities.SignalEntityAsync(A, "Add", 100);

        await (inOrder ? app.RestartAsync() : app.StartAsync());
        Assert.Equal("first", (await app.Client.Entities.GetEntityAsync(A))!.LockedBy);

        await app.Client.RaiseEventAsync("first", "Go");
        Assert.Equal(2, (await EndOf(app, "first")).ReadOutputAs<int>());
        await app.Client.RaiseEventAsync(second, "Go");

        // The second one has asked before the signal came, so it stands before it.
        Assert.Equal(3, (await EndOf(app, second)).ReadOutputAs<int>());
        await Eventually.TrueAsync(async () => (await app.Client.Entities.GetEntityAsync<int>(A))!.State == 103, "the signal has been run");
    }

    [Theory]
    [InlineData(1000, "terminate")]
    [InlineData(0, "terminate")]
    [InlineData(1000, "Fail")]
    [InlineData(0, "Fail")]
    [InlineData(1000, "Again")]
    [InlineData(0, "Again")]
    public async Task Lock_OfAnInstanceThatEndsWithoutReleasing_IsReleased(int sessions, string end)
    {
        await using var app = await HoldingAsync(sessions);
        await app.Client.Entities.SignalEntityAsync(A, "Add", 100);

        await (end == "terminate" ? app.Client.TerminateInstanceAsync("first") : app.Client.RaiseEventAsync("first", end));

        await Eventually.TrueAsync(async () => (await app.Client.Entities.GetEntityAsync<int>(A))!.State == 101, "the signal has been run");
        Assert.Null((await app.Client.Entities.GetEntityAsync(A))!.LockedBy);
        Assert.Equal(0, (await app.Client.Entities.CleanEntityStorageAsync()).OrphanedLocksReleased);
    }

    [Fact]
    public async Task Lock_OfAnInstanceThatIsGone_IsFreedAtTheStart()
    {
        await using var app = await new AppHub(azurite, sessions: 1000).Entity<Account>("Account").StartAsync();
        await app.Client.Entities.SignalEntityAsync(A, "Set", 1);
        await Eventually.TrueAsync(async () => await app.Client.Entities.GetEntityAsync(A) is not null, "the entity is there");
        await AppendAsync(
            app.Options,
            new OperationArrived("@account@a", 7, new EntityRequest(string.Empty, null, new EntityCaller("gone", "x", 0)) { IsLock = true }),
            new LockGranted("@account@a", DateTime.UnixEpoch, 7),
            new OperationArrived("@account@a", 8, new EntityRequest("Add", "1", null)));

        await app.StartAsync();

        await Eventually.TrueAsync(async () => (await app.Client.Entities.GetEntityAsync<int>(A))!.State == 2, "what waited has been run");
        Assert.Null((await app.Client.Entities.GetEntityAsync(A))!.LockedBy);
    }

    [Fact]
    public async Task Query_FindsWhatIsLockedWithoutAState_OnlyIfTransientOnesAreAskedFor()
    {
        await using var app = await HoldingAsync(sessions: 1000);

        Assert.Equal([A], await IdsAsync(app, new() { InstanceIdStartsWith = "ACCOUNT" }));
        Assert.Equal([A, B], await IdsAsync(app, new() { InstanceIdStartsWith = "ACCOUNT", IncludeTransient = true }));
        Assert.Empty(await IdsAsync(app, new() { InstanceIdStartsWith = "Acc@", IncludeTransient = true }));
    }

    private static async Task<List<EntityInstanceId>> IdsAsync(AppHub app, Microsoft.DurableTask.Client.Entities.EntityQuery query)
    {
        var ids = new List<EntityInstanceId>();
        await foreach (var entity in app.Client.Entities.GetAllEntitiesAsync(query))
        {
            ids.Add(entity.Id);
        }

        return ids;
    }

    private static async Task<object?> TransferAsync(TaskOrchestrationContext context)
    {
        var transfer = context.GetInput<Transfer>()!;
        var (from, to) = (new EntityInstanceId("Account", transfer.From), new EntityInstanceId("Account", transfer.To));
        await using (await context.Entities.LockEntitiesAsync(from, to))
        {
            var balances = await Task.WhenAll(context.Entities.CallEntityAsync<int>(from, "Get"), context.Entities.CallEntityAsync<int>(to, "Get"));
            await Task.WhenAll(
                context.Entities.CallEntityAsync(from, "Set", balances[0] - transfer.Amount),
                context.Entities.CallEntityAsync(to, "Set", balances[1] + transfer.Amount));
        }

        return null;
    }

    /// <summary>Locks both accounts, adds 1 to a, waits for an event and does as it says.</summary>
    private static async Task<object?> HoldAsync(TaskOrchestrationContext context)
    {
        if (context.GetInput<string>() == "again")
        {
            return null;
        }

        var locks = await context.Entities.LockEntitiesAsync(B, A);
        await context.Entities.CallEntityAsync<int>(A, "Add", 1);
        context.SetCustomStatus("holding");
        var go = context.WaitForExternalEvent<object?>("Go");
        var fail = context.WaitForExternalEvent<object?>("Fail");
        var again = context.WaitForExternalEvent<object?>("Again");
        var what = await Task.WhenAny(go, fail, again);
        if (what == fail)
        {
            throw new InvalidOperationException("told to");
        }

        if (what == again)
        {
            context.ContinueAsNew("again");
            return null;
        }

        var balance = await context.Entities.CallEntityAsync<int>(A, context.InstanceId == "first" ? "Add" : "Get", context.InstanceId == "first" ? 1 : null);
        await locks.DisposeAsync();
        return balance;
    }

    private static async Task<OrchestrationMetadata> EndOf(AppHub app, string id) =>
        await app.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WithinLimitAsync($"'{id}' ends");

    /// <summary>A hub in which the instance <c>first</c> holds the locks on a and b.</summary>
    private async Task<AppHub> HoldingAsync(int sessions)
    {
        var app = await new AppHub(azurite, sessions).Entity<Account>("Account").Orchestrator("Hold", HoldAsync).StartAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Hold", new StartOrchestrationOptions("first"));
        await Eventually.TrueAsync(
            async () => (await app.Client.GetInstancesAsync("first", getInputsAndOutputs: true))?.SerializedCustomStatus is not null, "the first one holds the locks");
        return app;
    }

    /// <summary>Writes to the log what no owner of today would: the hub must be idle.</summary>
    private static async Task AppendAsync(TaskHubOptions options, params LogRecord[] records)
    {
        var store = new HubTables(options).Log;
        var next = new LogPosition(1, 0);
        await foreach (var row in store.ReadAsync(next, default))
        {
            next = new LogPosition(1, row.At.Position + 1);
        }

        using var group = new LogGroup();
        Array.ForEach(records, group.Add);
        await store.InsertAsync(new LogRow(next, "test", IsSeal: false, IsLast: true, group.Close()), default);
    }

    public sealed record Transfer(string From, string To, int Amount);

    public sealed class Account : TaskEntity<int>
    {
        public int Get() => State;

        public void Set(int balance) => State = balance;

        public int Add(int amount) => State += amount;
    }
}
