using Azure.Data.Tables;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Time;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Client: purge of one, by filter, recursive; in memory and in storage, where it leaves nothing.</summary>
public sealed class PurgeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Purge_OfOne_RemovesItAndLeavesItsChildren(bool stored)
    {
        await using var app = await AppAsync();
        await app.RunAsync("Top", null, new StartOrchestrationOptions("top"));
        await MaybeStoreAsync(app, stored);

        Assert.Equal(1, (await app.Client.PurgeInstanceAsync("top")).PurgedInstanceCount);
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("top")).PurgedInstanceCount);
        Assert.Equal(["leaf", "middle"], await IdsAsync(app));
        await app.RestartAsync();
        Assert.Equal(["leaf", "middle"], await IdsAsync(app));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Purge_Recursive_RemovesTheWholeTree(bool stored)
    {
        await using var app = await AppAsync();
        await app.RunAsync("Top", null, new StartOrchestrationOptions("top"));
        await app.RunAsync("Done", null, new StartOrchestrationOptions("other"));
        await MaybeStoreAsync(app, stored);

        var result = await app.Client.PurgeInstanceAsync("top", new PurgeInstanceOptions(Recursive: true));
        Assert.Equal((3, true), (result.PurgedInstanceCount, result.IsComplete));
        await app.RestartAsync();
        Assert.Equal(["other"], await IdsAsync(app));
    }

    /// <summary>A child whose id was somebody else's never came to be, and that somebody is no child.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Purge_Recursive_LeavesAnInstanceWhoseIdAChildWasRefused(bool stored)
    {
        await using var app = await AppAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("middle"));
        await app.StatusIsAsync("middle", OrchestrationRuntimeStatus.Running);
        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'Middle' (#0) failed with an unhandled exception: An Orchestration instance with the ID middle already exists.",
            (await app.RunAsync("Top", null, new StartOrchestrationOptions("top"))).SerializedOutput);
        await app.Client.RaiseEventAsync("middle", "Go", "x");
        await app.EndOfAsync("middle");
        await MaybeStoreAsync(app, stored);

        Assert.Equal(1, (await app.Client.PurgeInstanceAsync("top", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        Assert.Equal(["middle"], await IdsAsync(app));
    }

    [Fact]
    public async Task Purge_OfOneThatLives_RemovesNothing()
    {
        await using var app = await AppAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("waits"));

        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("waits")).PurgedInstanceCount);
        Assert.Equal(0, (await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Running]))).PurgedInstanceCount);
        Assert.Equal(["waits"], await IdsAsync(app));
    }

    [Fact]
    public async Task Purge_ByTimeAndStatus_RemovesThoseThatMatch_InMemoryAndInStorage()
    {
        await using var app = await AppAsync();
        var first = _time.GetUtcNow();
        await app.RunAsync("Done", null, new StartOrchestrationOptions("done1"));
        await app.RunAsync("Fails", null, new StartOrchestrationOptions("failed1"));
        await app.RestartAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await app.RunAsync("Done", null, new StartOrchestrationOptions("done2"));
        await app.RunAsync("Fails", null, new StartOrchestrationOptions("failed2"));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Waits", new StartOrchestrationOptions("waits"));

        var failed = await app.Client.PurgeInstancesAsync(first, null, [OrchestrationRuntimeStatus.Failed]);
        Assert.Equal((2, true), (failed.PurgedInstanceCount, failed.IsComplete));
        Assert.Equal(1, (await app.Client.PurgeInstancesAsync(null, first.AddMinutes(1))).PurgedInstanceCount);
        Assert.Equal(["done2", "waits"], await IdsAsync(app));

        // Without any filter: all that has ended.
        Assert.Equal(1, (await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter())).PurgedInstanceCount);
        await app.RestartAsync();
        Assert.Equal(["waits"], await IdsAsync(app));
    }

    [Fact]
    public async Task Purge_ByFilterAndRecursive_CountsEachOnce()
    {
        await using var app = await AppAsync();
        await app.RunAsync("Top", null, new StartOrchestrationOptions("top"));
        await app.RunAsync("Done", null, new StartOrchestrationOptions("other"));
        await app.RestartAsync();

        var result = await app.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), new PurgeInstanceOptions(Recursive: true));
        Assert.Equal((4, true), (result.PurgedInstanceCount, result.IsComplete));
        Assert.Empty(await IdsAsync(app));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Purge_LeavesNothingInAnyTableOfTheHub(bool stored)
    {
        await using var app = await AppAsync();
        await app.RunAsync("Done", null, new StartOrchestrationOptions("other"));
        await app.RunAsync("Top", Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(1_500_000)), new StartOrchestrationOptions("top"));
        await MaybeStoreAsync(app, stored);
        Assert.Equal(3, (await app.Client.PurgeInstanceAsync("top", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        await app.StopAsync();

        // What an owner leaves whatever has run: who it is, its seals, and the fences of the partitions that it has written to.
        var rows = await RowsAsync(app);
        Assert.Single(rows, row => row.EndsWith("/other", StringComparison.Ordinal));
        Assert.All(rows, row => Assert.Matches("^(Owner/hub/owner|Log/[0-9]+/[0-9]+ seal|Live/live/!(fence|checkpoint)|Finished/[0-9]{2}/(!fence|other))$", row));
    }

    [Fact]
    public async Task Id_ThatWasPurged_CanBeUsedAgain()
    {
        await using var app = await AppAsync();
        await app.RunAsync("Done", null, new StartOrchestrationOptions("a"));
        await app.RestartAsync();
        await app.Client.PurgeInstanceAsync("a");

        var options = new StartOrchestrationOptions("a").WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.RunAsync("Done", null, options)).RuntimeStatus);
        await app.RestartAsync();
        Assert.Equal(["a"], await IdsAsync(app));
    }

    private static Task MaybeStoreAsync(AppHub app, bool stored) => stored ? app.RestartAsync() : Task.CompletedTask;

    private static async Task<IEnumerable<string>> IdsAsync(AppHub app) =>
        (await app.Client.GetAllInstancesAsync().Select(instance => instance.InstanceId).ToListAsync()).Order(StringComparer.Ordinal);

    /// <summary>All rows of all tables of the hub.</summary>
    private async Task<List<string>> RowsAsync(AppHub app)
    {
        var rows = new List<string>();
        var service = new TableServiceClient(azurite.ConnectionString);
        await foreach (var table in service.QueryAsync(table => table.Name.CompareTo(app.Options.HubName) >= 0))
        {
            if (table.Name.StartsWith(app.Options.HubName, StringComparison.OrdinalIgnoreCase))
            {
                await foreach (var row in service.GetTableClient(table.Name).QueryAsync<TableEntity>())
                {
                    rows.Add($"{table.Name[app.Options.HubName.Length..]}/{row.PartitionKey}/{row.RowKey}{(row.ContainsKey("Seal") ? " seal" : "")}");
                }
            }
        }

        return rows;
    }

    /// <summary>Top calls Middle, which calls Leaf.</summary>
    private Task<AppHub> AppAsync() => new AppHub(azurite, sessions: 0, _time)
        .Orchestrator("Top", async context => await context.CallSubOrchestratorAsync<string>("Middle", context.GetInput<string>(), new SubOrchestrationOptions(instanceId: "middle")))
        .Orchestrator("Middle", async context => await context.CallSubOrchestratorAsync<string>("Leaf", context.GetInput<string>(), new SubOrchestrationOptions(instanceId: "leaf")))
        .Orchestrator("Leaf", context => Task.FromResult<object?>(context.GetInput<string>()))
        .Orchestrator("Done", _ => Task.FromResult<object?>("done"))
        .Orchestrator("Fails", _ => throw new FormatException("bad"))
        .Orchestrator("Waits", async context => await context.WaitForExternalEvent<string>("Go"))
        .StartAsync();
}
