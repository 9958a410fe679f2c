using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Orchestrations and semantics on a real hub, across its owners, with sessions and without.</summary>
public sealed class HubSemanticsTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly EntityInstanceId Tally = new("Tally", "x");

    public static TheoryData<int> Sessions => [0, 1000];

    /// <summary>Activities at least once; an orchestration's and an entity's state changes exactly once.</summary>
    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Killed_WhileAnActivityRuns_RunsItAgainAndChangesStateOnce(int sessions)
    {
        var runs = 0;
        var hold = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await new AppHub(azurite, sessions)
            .Activity<string>("Work", _ => Interlocked.Increment(ref runs) == 1 ? hold.Task : Task.FromResult<object?>("second"))
            .Entity<Counter>("Tally")
            .Orchestrator("Main", async context =>
            {
                await context.Entities.SignalEntityAsync(Tally, "Add", 1);
                var result = await context.CallActivityAsync<string>("Work");
                return $"{result} {await context.Entities.CallEntityAsync<int>(Tally, "Add", 10)}";
            })
            .StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Main");
        await Eventually.TrueAsync(() => Volatile.Read(ref runs) == 1, "the activity runs");

        await app.StartAsync();
        Assert.Equal("second 11", (await app.EndOfAsync(id)).ReadOutputAs<string>());
        hold.SetResult("first");
        Assert.Equal(2, runs);
        Assert.Equal(11, (await app.Client.Entities.GetEntityAsync<int>(Tally))!.State);
        Assert.Equal("second 11", (await app.EndOfAsync(id)).ReadOutputAs<string>());
    }

    /// <summary>Determinism violations fail the instance naming the call expected and the call made.</summary>
    [Fact]
    public async Task OtherCodeThanBefore_FailsTheInstanceNamingBothCalls()
    {
        var activity = "Before";
        await using var app = await new AppHub(azurite, sessions: 0)
            .Activity<string>("Before", _ => Task.FromResult<object?>("done"))
            .Orchestrator("Main", async context =>
            {
                await context.CallActivityAsync(activity);
                return await context.WaitForExternalEvent<string>("Go");
            })
            .StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Main");
        await app.Client.WaitForInstanceStartAsync(id);
        await app.RestartAsync();

        activity = "After";
        await app.Client.RaiseEventAsync(id, "Go", "x");
        var ended = await app.EndOfAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Equal(
            "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException: Non-Deterministic workflow detected: A previous execution of this orchestration scheduled "
            + "an activity task named 'Before' with sequence number 0, but the current orchestration replay instead scheduled an activity task named 'After' with this sequence number. "
            + "Was a change made to the orchestrator code after this instance had already started running?",
            ended.SerializedOutput);
    }

    /// <summary>External events, typed, are buffered before they are awaited; continue-as-new keeps those that are unprocessed.</summary>
    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Events_ThatNobodyAwaitsYet_AreKept_AcrossContinueAsNewAndRestart(int sessions)
    {
        await using var app = await new AppHub(azurite, sessions)
            .Orchestrator("Main", async context =>
            {
                var round = context.GetInput<int>();
                await context.WaitForExternalEvent<bool>("Next");
                if (round < 2)
                {
                    context.ContinueAsNew(round + 1);
                    return null;
                }

                var orders = new[] { await context.WaitForExternalEvent<Order>("Order"), await context.WaitForExternalEvent<Order>("Order") };
                return $"{string.Join(", ", orders.AsEnumerable())}, {await context.WaitForExternalEvent<DateTime?>("When")}";
            })
            .StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Main", 0);
        await app.Client.RaiseEventAsync(id, "Order", new Order("tea", 1));
        await app.Client.RaiseEventAsync(id, "When");
        await app.Client.RaiseEventAsync(id, "Next", true);
        await app.RestartAsync();
        await app.Client.RaiseEventAsync(id, "order", new Order("milk", 2));
        await app.Client.RaiseEventAsync(id, "Next", true);
        await app.Client.RaiseEventAsync(id, "Next", true);

        Assert.Equal("Order { Item = tea, Count = 1 }, Order { Item = milk, Count = 2 }, ", (await app.EndOfAsync(id)).ReadOutputAs<string>());
    }

    /// <summary><c>SendEvent</c> reaches another orchestration, and does nothing where there is none that lives.</summary>
    [Fact]
    public async Task SendEvent_ReachesAnotherOrchestration_AndNobodyElse()
    {
        await using var app = await new AppHub(azurite, sessions: 0)
            .Orchestrator("Listen", async context => await context.WaitForExternalEvent<Order>("Order"))
            .Orchestrator("Send", context =>
            {
                foreach (var id in new[] { "nobody", "finished", "listener" })
                {
                    context.SendEvent(id, "ORDER", new Order(id, 1));
                }

                return Task.FromResult<object?>("sent");
            })
            .StartAsync();
        await app.RunAsync("Send", null, new StartOrchestrationOptions("finished"));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Listen", new StartOrchestrationOptions("listener"));

        Assert.Equal("sent", (await app.RunAsync("Send")).ReadOutputAs<string>());
        Assert.Equal(new Order("listener", 1), (await app.EndOfAsync("listener")).ReadOutputAs<Order>());
        Assert.Null(await app.Client.GetInstanceAsync("nobody"));
    }

    /// <summary><c>Version</c> and <c>Parent</c>, with what a child gets of its parent: its tags, but not its version.</summary>
    [Fact]
    public async Task Child_HasParentAndTags_ButTheVersionOfItsOwnCallAlone()
    {
        await using var app = await new AppHub(azurite, sessions: 0)
            .Orchestrator("Top", async context => $"{context.Version}, {await context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "plain"))}, "
                + await context.CallSubOrchestratorAsync<string>("Child", new SubOrchestrationOptions(instanceId: "own") { Version = "9", Tags = new Dictionary<string, string> { ["k"] = "own" } }))
            .Orchestrator("Child", context => Task.FromResult<object?>($"{context.Parent!.Name}/{context.Parent.InstanceId}/{context.Version}"))
            .StartAsync();
        var options = new StartOrchestrationOptions("top") { Version = "1.5", Tags = new Dictionary<string, string> { ["k"] = "v", ["l"] = "w" } };

        Assert.Equal("1.5, Top/top/, Top/top/9", (await app.RunAsync("Top", null, options)).ReadOutputAs<string>());
        await app.RestartAsync();
        Assert.Equal(["k=v", "l=w"], await TagsAsync("top"));
        Assert.Equal(["k=v", "l=w"], await TagsAsync("plain"));
        Assert.Equal(["k=own", "l=w"], await TagsAsync("own"));

        async Task<IEnumerable<string>> TagsAsync(string id) => (await app.Client.GetInstanceAsync(id))!.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal);
    }

    /// <summary>Activities and sub-orchestrations with <c>RetryPolicy</c> and <c>AsyncRetryHandler</c>; a child that is tried again takes the place of the one that failed.</summary>
    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task FailingTasks_AreTriedAgain_UntilTheySucceedOrTheirTimeIsUp(int sessions)
    {
        var runs = 0;
        await using var app = await new AppHub(azurite, sessions)
            .Activity<int>("Flaky", good => Interlocked.Increment(ref runs) % good == 0 ? Task.FromResult<object?>("ok") : throw new IOException($"failure {runs}"))
            .Orchestrator("Child", async context => await context.CallActivityAsync<string>("Flaky", context.GetInput<int>()))
            .Orchestrator("Main", async context =>
            {
                var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(1)));
                var handler = TaskOptions.FromRetryHandler(async retry =>
                {
                    await retry.OrchestrationContext.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                    return retry.LastAttemptNumber < 3 && retry.LastFailure.ToString().Contains("failure", StringComparison.Ordinal);
                });
                var results = new List<string>
                {
                    await context.CallActivityAsync<string>("Flaky", 3, policy),
                    await context.CallActivityAsync<string>("Flaky", 3, handler),
                    await context.CallSubOrchestratorAsync<string>("Child", 3, policy.WithInstanceId("child")),
                    await context.CallSubOrchestratorAsync<string>("Child", 3, handler),
                };
                try
                {
                    await context.CallActivityAsync<string>("Flaky", 1000, policy);
                }
                catch (TaskFailedException failed)
                {
                    results.Add(failed.FailureDetails.ErrorMessage);
                }

                return string.Join(", ", results);
            })
            .StartAsync();

        Assert.Equal("ok, ok, ok, ok, failure 15", (await app.RunAsync("Main")).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await app.Client.GetInstanceAsync("child"))!.RuntimeStatus);
    }

    /// <summary><c>NewGuid</c> is unique among executions too, and <c>CurrentUtcDateTime</c> does not go back; whatever is replayed.</summary>
    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task GuidsAndClock_OfExecutionsThatFollow_AreUniqueAndGoOn(int sessions)
    {
        await using var app = await new AppHub(azurite, sessions)
            .Activity<string>("Echo", text => Task.FromResult<object?>(text))
            .Orchestrator("Main", async context =>
            {
                var seen = context.GetInput<List<Moment>>() ?? [];
                for (var call = 0; call < 3; call++)
                {
                    var id = context.NewGuid();
                    Assert.Equal(id, await context.CallActivityAsync<Guid>("Echo", id));
                    seen.Add(new(id, context.CurrentUtcDateTime));
                }

                if (seen.Count < 9)
                {
                    context.ContinueAsNew(seen);
                    return null;
                }

                var times = seen.Select(moment => moment.At).ToList();
                return $"{seen.DistinctBy(moment => moment.Id).Count()} {(times.Order().SequenceEqual(times) ? "in order" : "in disorder")}";
            })
            .StartAsync();

        Assert.Equal("9 in order", (await app.RunAsync("Main")).ReadOutputAs<string>());
    }

    private sealed record Order(string Item, int Count);

    private sealed record Moment(Guid Id, DateTime At);

    public sealed class Counter : TaskEntity<int>
    {
        public int Add(int amount) => State += amount;
    }
}
