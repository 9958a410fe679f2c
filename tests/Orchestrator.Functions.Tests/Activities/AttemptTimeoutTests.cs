using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agents;
using Orchestrator.Agents.Code;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Secrets;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Activities;

/// <summary>The limits on an attempt's time and silence, to the letter, on a fake clock.</summary>
public sealed class AttemptTimeoutTests : IAsyncDisposable
{
    private static readonly TaskType _type = new()
    {
        Name = "test",
        Retry = new RetryPolicy { MaxAttempts = 2 },
        Timeouts = new TaskTimeouts { Attempt = TimeSpan.FromSeconds(100), Heartbeat = TimeSpan.FromSeconds(20), Total = TimeSpan.FromSeconds(150) },
    };

    private readonly TaskRig _rig = new();
    private readonly TestAgent.Script _agent = new();
    private readonly SemaphoreSlim _waits = new(0);
    private readonly ServiceProvider _services;
    private readonly AttemptRunner _runner;

    public AttemptTimeoutTests()
    {
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<TimeProvider>(_rig.Time)
            .AddSingleton(_agent)
            .AddAgent<TestAgent>("test", agent => agent.Named("tester"))
            .BuildServiceProvider();
        _runner = new AttemptRunner(
            _rig.Lifecycle,
            _rig.Store,
            _rig.Siblings,
            _services.GetRequiredService<AgentCatalog>(),
            new TestCatalog(),
            new AttemptInvoker(_services.GetRequiredService<CodeAgentInvoker>(), _rig.Siblings, _rig.Siblings, _rig.Outputs, new NoSecrets(), _rig.Time, NullLogger<AttemptInvoker>.Instance),
            _rig.Waits,
            _rig.Slots(new TestCatalog()),
            _rig.Holders,
            new AgentCounters("test"),
            _rig.Time,
            TestOptions.Of(new AttemptOptions()),
            NullLogger<AttemptRunner>.Instance);
    }

    public ValueTask DisposeAsync()
    {
        _waits.Dispose();
        return _services.DisposeAsync();
    }

    [Fact]
    public async Task RunAsync_SilentForTheHeartbeatTimeout_FailedAndTheNextAttemptGetsTheDetails()
    {
        var id = await SubmitAsync();
        string? handed = null;
        _agent.Run = async (context, token) =>
        {
            if (context.Attempt == 2)
            {
                handed = context.LastHeartbeat?.GetRawText();
                return AgentResult.Empty;
            }

            context.Heartbeat(new { page = 7 });
            _waits.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, _rig.Time, token);
            return AgentResult.Empty;
        };

        var running = RunAsync(id, 1);
        await WhenItWaitsAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(20));
        var first = await running.WithinLimitAsync("the first attempt is given up");
        var failedAt = _rig.Time.GetUtcNow();
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(id, 2).WithinLimitAsync("the second attempt ends");

        Assert.Equal(AttemptStep.Again(2, failedAt.AddSeconds(1)), first);
        Assert.Equal("""{"page":7}""", handed);
        Assert.Equal(TaskState.Succeeded, _rig.Store[id].State);
        Assert.Equal("heartbeat_timed_out", DetailCode(await RetryingAsync(id)));
    }

    [Fact]
    public async Task RunAsync_SignsOfLifeInTime_GoesOnUntilItsOwnDeadline()
    {
        var id = await SubmitAsync();
        _agent.Run = LiveAsync;

        await LiveThroughAsync(RunAsync(id, 1), TimeSpan.FromSeconds(100));

        Assert.Equal("attempt_timed_out", _rig.Store[id].Error!.Code);
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Started, TaskEventType.Retrying], _rig.Store.EventTypes(id));
    }

    [Fact]
    public async Task RunAsync_TotalTimeIsUpInTheSecondAttempt_Expired()
    {
        var id = await SubmitAsync();
        _agent.Run = LiveAsync;
        await LiveThroughAsync(RunAsync(id, 1), TimeSpan.FromSeconds(100));
        _rig.Time.Advance(TimeSpan.FromSeconds(1));

        var step = await LiveThroughAsync(RunAsync(id, 2), TimeSpan.FromMilliseconds(49_001));

        Assert.Equal(AttemptStep.Over(2), step);
        Assert.Equal((TaskState.Expired, "total_timed_out"), (_rig.Store[id].State, _rig.Store[id].Error!.Code));
    }

    [Fact]
    public async Task RunAsync_PendingAndSilent_GivenUpAtTheHeartbeatTimeoutAfterTheLastReport()
    {
        var id = await SubmitAsync();
        _agent.Run = (_, _) => Task.FromResult(AgentResult.Pending);
        var handedOut = await RunAsync(id, 1).WithinLimitAsync("it is handed out");
        Assert.Equal(AttemptStep.Again(1, TestTasks.Start.AddSeconds(20)), handedOut);

        _rig.Time.Advance(TimeSpan.FromSeconds(15));
        await _rig.Siblings.ReportAsync(id, new AttemptReport(1, 1, _rig.Time.GetUtcNow()), CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromSeconds(5));
        var alive = await RunAsync(id, 1).WithinLimitAsync("it is still waited for");
        _rig.Time.Advance(TimeSpan.FromSeconds(15));
        var givenUp = await RunAsync(id, 1).WithinLimitAsync("it is given up");

        Assert.Equal(AttemptStep.Again(1, TestTasks.Start.AddSeconds(35)), alive);
        Assert.Equal(AttemptStep.Again(2, TestTasks.Start.AddSeconds(36)), givenUp);
        Assert.Equal("heartbeat_timed_out", DetailCode(await RetryingAsync(id)));
    }

    [Fact]
    public async Task RunAsync_PendingAtItsDeadline_GivenUpThoughItGivesSignsOfLife()
    {
        var id = await SubmitAsync();
        _agent.Run = (_, _) => Task.FromResult(AgentResult.Pending);
        await RunAsync(id, 1).WithinLimitAsync("it is handed out");
        _rig.Time.Advance(TimeSpan.FromSeconds(100));
        await _rig.Siblings.ReportAsync(id, new AttemptReport(1, 1, _rig.Time.GetUtcNow()), CancellationToken.None);

        var step = await RunAsync(id, 1).WithinLimitAsync("it is given up");

        Assert.Equal(AttemptStep.Again(2, TestTasks.Start.AddSeconds(101)), step);
        Assert.Equal("attempt_timed_out", DetailCode(await RetryingAsync(id)));
    }

    [Fact]
    public async Task RunAsync_LateReportOfAnEarlierAttempt_IsNoSignOfLifeOfThisOne()
    {
        var id = await SubmitAsync();
        _agent.Run = (_, _) => Task.FromResult(AgentResult.Pending);
        await RunAsync(id, 1).WithinLimitAsync("the first attempt is handed out");
        _rig.Time.Advance(TimeSpan.FromSeconds(20));
        await RunAsync(id, 1).WithinLimitAsync("the first attempt is given up");
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(id, 2).WithinLimitAsync("the second attempt is handed out");

        _rig.Time.Advance(TimeSpan.FromSeconds(15));
        await _rig.Siblings.ReportAsync(id, new AttemptReport(1, 1, _rig.Time.GetUtcNow()), CancellationToken.None);
        _rig.Time.Advance(TimeSpan.FromSeconds(5));
        var step = await RunAsync(id, 2).WithinLimitAsync("the second attempt is given up");

        Assert.Equal(AttemptStep.Over(2), step);
        Assert.Equal((TaskState.Failed, "heartbeat_timed_out"), (_rig.Store[id].State, _rig.Store[id].Error!.Code));
    }

    [Fact]
    public async Task RunAsync_AttemptThatOnlyTellsItsProgress_TheDetailsBeforeItAreHandedOn()
    {
        var id = await SubmitAsync(_type with { Retry = new RetryPolicy { MaxAttempts = 3 } });
        var handed = new List<string?>();
        _agent.Run = (context, _) =>
        {
            handed.Add(context.LastHeartbeat?.GetRawText());
            if (context.Attempt == 1)
                context.Heartbeat(new { page = 7 });
            context.ReportProgress(context.Attempt);
            return context.Attempt < 3 ? throw new AgentException("again", "Not yet.", isRetryable: true) : Task.FromResult(AgentResult.Empty);
        };

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await RunAsync(id, attempt).WithinLimitAsync("the attempt ends");
            _rig.Time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal([null, """{"page":7}""", """{"page":7}"""], handed);
        Assert.Equal(TaskState.Succeeded, _rig.Store[id].State);
    }

    [Fact]
    public async Task RunAsync_TraceThatNobodyListensTo_IsCarriedToTheAgentAndWhomItCalls()
    {
        const string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var id = await _rig.SubmitAsync(submission => submission with { Type = _type, TraceParent = parent });
        var traces = new List<string?>();
        _agent.Run = (context, _) =>
        {
            traces.AddRange([context.TraceParent, Activity.Current?.Id]);
            return Task.FromResult(AgentResult.Empty);
        };

        await RunAsync(id, 1).WithinLimitAsync("the attempt ends");

        Assert.Equal(2, traces.Count);
        Assert.Equal(traces[0], traces[1]);
        Assert.Matches("^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$", traces[0]);
        Assert.NotEqual(parent, traces[0]);
    }

    [Fact]
    public async Task RunAsync_NoTraceThatNobodyListensTo_NoneIsMadeUp()
    {
        var id = await SubmitAsync();
        var trace = "none yet";
        _agent.Run = (context, _) =>
        {
            trace = context.TraceParent;
            return Task.FromResult(AgentResult.Empty);
        };

        await RunAsync(id, 1).WithinLimitAsync("the attempt ends");

        Assert.Null(trace);
    }

    [Fact]
    public async Task RunAsync_RenewalTakesTooLongOnce_TheNextIsTried()
    {
        var id = await SubmitAsync(_type with { Timeouts = TaskTimeouts.Default });
        var go = new TaskCompletionSource();
        _agent.Run = async (_, _) =>
        {
            await go.Task;
            return AgentResult.Empty;
        };
        var running = RunAsync(id, 1);
        await Eventually.TrueAsync(() => _rig.Store[id].State == TaskState.Running && _rig.Time.NextDue is not null, "the agent works");
        var renewals = 0;
        _rig.Store.BeforeApply = change =>
        {
            if (change.Events.Count == 0 && Interlocked.Increment(ref renewals) == 1)
                throw new TaskCanceledException("Storage took too long.");
        };

        for (var i = 1; i <= 2; i++)
        {
            var wanted = i;
            _rig.Time.Advance(TimeSpan.FromSeconds(10));
            await Eventually.TrueAsync(() => renewals >= wanted, "the lease is renewed every third of it", TimeSpan.FromSeconds(20));
        }

        go.SetResult();
        Assert.Equal(AttemptStep.Over(1), await running.WithinLimitAsync("the attempt ends"));
    }

    private Task<AttemptStep> RunAsync(TaskId id, int attempt) => _runner.RunAsync(new AttemptRequest(id.ToString(), attempt), CancellationToken.None);

    private Task<TaskId> SubmitAsync(TaskType? type = null) => _rig.SubmitAsync(submission => submission with { Type = type ?? _type });

    private async Task<TaskEvent> RetryingAsync(TaskId id) =>
        Assert.Single(await _rig.Store.GetEventsAsync(id, 0, CancellationToken.None), entry => entry.Type == TaskEventType.Retrying);

    private static string? DetailCode(TaskEvent entry) => entry.Detail!.Value.GetProperty("code").GetString();

    /// <summary>Gives a sign of life every 15 s, until it is stopped.</summary>
    private async Task<AgentResult> LiveAsync(AgentContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            context.ReportProgress(1);
            var pause = Task.Delay(TimeSpan.FromSeconds(15), _rig.Time, cancellationToken);
            _waits.Release();
            await pause;
        }
    }

    /// <summary>Lets an attempt live until its time is up, and no longer.</summary>
    private async Task<AttemptStep> LiveThroughAsync(Task<AttemptStep> running, TimeSpan time)
    {
        for (var rest = time; rest > TimeSpan.Zero; rest -= TimeSpan.FromSeconds(15))
        {
            await WhenItWaitsAsync();
            Assert.False(running.IsCompleted);
            _rig.Time.Advance(rest < TimeSpan.FromSeconds(15) ? rest : TimeSpan.FromSeconds(15));
        }

        return await running.WithinLimitAsync("the attempt is given up");
    }

    private Task WhenItWaitsAsync() => _waits.WaitAsync().WithinLimitAsync("the agent waits");
}
