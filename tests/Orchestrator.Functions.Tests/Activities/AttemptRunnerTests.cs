using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agents;
using Orchestrator.Errors;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Schemas;
using Orchestrator.Secrets;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Activities;

public sealed class AttemptRunnerTests : IAsyncDisposable
{
    private readonly TaskRig _rig = new();
    private readonly ManualTimeProvider _time;
    private readonly TestAgent.Script _agent = new();
    private readonly TaskType _defined = new()
    {
        Name = "defined",
        Version = 4,
        Capability = "test",
        Retry = new RetryPolicy { TerminalCodes = ["output_invalid"] },
        OutputSchema = """{"type":"object","required":["total"],"properties":{"echo":{"type":"string"}}}""",
    };

    private readonly MemoryTaskStore _store;
    private readonly ServiceProvider _services;
    private readonly AttemptHolders _holders;
    private readonly AgentCounters _counters = new("test");
    private readonly AttemptRunner _runner;

    public AttemptRunnerTests()
    {
        (_store, _time) = (_rig.Store, _rig.Time);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build())
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton(_agent)
            .AddAgent<TestAgent>("test", agent => agent.Named("tester").WithTimeLimit(TimeSpan.FromSeconds(100)).WithRetry(new RetryPolicy { MaxAttempts = 2 }))
            .BuildServiceProvider();
        _holders = new AttemptHolders(ProcessIdentity.Current, "test");
        _runner = Runner(_holders);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task RunAsync_AgentSucceeds_TaskSucceededInTwoWrites()
    {
        var id = await SubmitAsync("""{"a":1}""");

        var step = await RunAsync(id, 1);

        Assert.Equal(AttemptStep.Over(1), step);
        Assert.Equal(TaskState.Succeeded, _store[id].State);
        Assert.Equal("""{"echo":{"a":1}}""", _store[id].Output);
        Assert.Equal("tester", _store[id].Agent);
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Started, TaskEventType.Succeeded], _store.EventTypes(id));
        Assert.True(_counters.TryTake("tester", _time.GetUtcNow(), out var report));
        Assert.Equal((1, 1, 0, 0), (report.Started, report.Succeeded, report.Failed, report.Cancelled));
    }

    [Fact]
    public async Task RunAsync_AgentFails_AgainWhenDueUntilAttemptsAreUsedUp()
    {
        var id = await SubmitAsync();
        _agent.Run = (_, _) => throw new AgentException("broken", "It is broken.", isRetryable: true);

        var first = await RunAsync(id, 1);
        var early = await RunAsync(id, 2);
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = await RunAsync(id, 2);

        Assert.Equal(AttemptStep.Again(2, TestTasks.Start.AddSeconds(1)), first);
        Assert.Equal(first, early);
        Assert.Equal(AttemptStep.Over(2), second);
        Assert.Equal(TaskState.Failed, _store[id].State);
        Assert.Equal(new TaskError("broken", "It is broken."), _store[id].Error);
        Assert.Equal(
            [TaskEventType.Submitted, TaskEventType.Started, TaskEventType.Retrying, TaskEventType.Started, TaskEventType.Failed],
            _store.EventTypes(id));
    }

    [Fact]
    public async Task RunAsync_DeliveredAgainAfterTheEnd_StoredOutcomeWithoutAgent()
    {
        var id = await SubmitAsync();
        await RunAsync(id, 1);
        _agent.Run = (_, _) => throw new InvalidOperationException("The agent must not be asked again.");

        Assert.Equal(AttemptStep.Over(1), await RunAsync(id, 1));
        Assert.Equal(TaskState.Succeeded, _store[id].State);
        Assert.Equal(3, _store.EventTypes(id).Count);
    }

    [Fact]
    public async Task RunAsync_DeliveredAgainAfterAFailedAttempt_TheSameStep()
    {
        var id = await SubmitAsync();
        _agent.Run = (_, _) => throw new AgentException("broken", "It is broken.", isRetryable: true);
        var first = await RunAsync(id, 1);

        Assert.Equal(first, await RunAsync(id, 1));
        Assert.Equal(3, _store.EventTypes(id).Count);
    }

    [Fact]
    public async Task RunAsync_DeliveredTwiceAtOnce_OneWorksTheOtherWaitsForIt()
    {
        var id = await SubmitAsync();
        var go = new TaskCompletionSource();
        var calls = 0;
        _agent.Run = async (_, _) =>
        {
            Interlocked.Increment(ref calls);
            await go.Task;
            return AgentResult.Empty;
        };
        var first = RunAsync(id, 1);
        await Eventually.TrueAsync(() => calls == 1, "The agent is at work.");
        var second = RunAsync(id, 1);
        Assert.False(second.IsCompleted);

        go.SetResult();
        Assert.Equal(AttemptStep.Over(1), await first.WithinLimitAsync("The first delivery ends."));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(AttemptStep.Over(1), await second.WithinLimitAsync("The second delivery ends."));
        Assert.Equal(1, calls);
        Assert.Equal(3, _store.EventTypes(id).Count);
    }

    [Theory]
    [InlineData(true, 60)]
    [InlineData(false, 5)]
    public async Task RunAsync_HolderHeldForLong_HandsBackToAskAgain(bool isOfThisProcess, int seconds)
    {
        var id = await SubmitAsync();
        using var holder = _holders.Begin(id);
        await ClaimAsync(id, isOfThisProcess ? holder.Name : "somebody/else", TimeSpan.FromMinutes(5));

        var waiting = RunAsync(id, 1);
        await AdvanceDelaysAsync(waiting);

        Assert.Equal(AttemptStep.Again(1, TestTasks.Start.AddMinutes(5)), await waiting);
        Assert.Equal(TestTasks.Start.AddSeconds(seconds), _time.GetUtcNow());
    }

    [Fact]
    public async Task RunAsync_LeaseLapsed_TakenOver()
    {
        var id = await SubmitAsync();
        await ClaimAsync(id, "somebody/else", TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(AttemptStep.Over(1), await RunAsync(id, 1));
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Started, TaskEventType.TakenOver, TaskEventType.Succeeded], _store.EventTypes(id));
    }

    [Fact]
    public async Task RunAsync_HolderIsGone_TakenOverAtOnce()
    {
        var id = await SubmitAsync();
        using (var gone = new AttemptHolders(ProcessIdentity.Current with { ProcessId = int.MaxValue }, "x").Begin(id))
            await ClaimAsync(id, gone.Name, TimeSpan.FromMinutes(5));

        Assert.Equal(AttemptStep.Over(1), await RunAsync(id, 1));
        Assert.Equal(2, _store[id].LeaseEpoch);
    }

    [Fact]
    public async Task RunAsync_LongAttempt_LeaseRenewed()
    {
        var id = await SubmitAsync();
        var go = new TaskCompletionSource();
        _agent.Run = async (_, _) =>
        {
            await go.Task;
            return AgentResult.Empty;
        };
        var running = RunAsync(id, 1);
        var writes = 0;
        _store.BeforeApply = change => writes += change.Events.Count == 0 ? 1 : 0;
        for (var i = 1; i <= 6; i++)
        {
            var wanted = i;
            _time.Advance(TimeSpan.FromSeconds(10));
            await Eventually.TrueAsync(() => writes >= wanted, "The lease is renewed every third of it.");
        }

        go.SetResult();
        Assert.Equal(AttemptStep.Over(1), await running.WithinLimitAsync("The attempt ends."));
        Assert.Equal(TaskState.Succeeded, _store[id].State);
    }

    [Fact]
    public async Task RunAsync_LeaseLost_AgentStoppedAndOutcomeRefused()
    {
        var id = await SubmitAsync();
        var started = new TaskCompletionSource();
        _agent.Run = async (_, token) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return AgentResult.Empty;
        };
        var running = RunAsync(id, 1);
        await started.Task.WithinLimitAsync("The agent starts.");
        var stored = await _store.GetAsync(id, CancellationToken.None);
        var claim = (ClaimDecision.Claimed)TaskDecisions.Claim(stored!.Record, new AttemptClaim(1, "usurper", "tester", TimeSpan.FromMinutes(5)), TimeSpan.FromHours(1), _time.GetUtcNow());
        await _store.ApplyAsync(stored, claim.Change, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(AttemptStep.Again(1, TestTasks.Start.AddSeconds(10)), await running.WithinLimitAsync("The attempt is given up."));
        Assert.Equal(TaskState.Running, _store[id].State);
        Assert.Equal("usurper", _store[id].Lease!.Holder);
    }

    [Fact]
    public async Task RunAsync_CancelledInThisProcess_StoppedAtOnce()
    {
        var id = await SubmitAsync();
        var running = RunUntilStoppedAsync(id, out var started);
        await started.WithinLimitAsync("The agent starts.");

        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);
        _holders.Stop(id);

        Assert.Equal(AttemptStep.Over(1), await running.WithinLimitAsync("The agent stops."));
        Assert.Equal(TaskState.Cancelled, _store[id].State);
        Assert.Equal([TaskEventType.Submitted, TaskEventType.Started, TaskEventType.CancelRequested, TaskEventType.Cancelled], _store.EventTypes(id));
    }

    [Fact]
    public async Task RunAsync_CancelledByAnotherProcess_StoppedAtTheNextRenewal()
    {
        var id = await SubmitAsync();
        var running = RunUntilStoppedAsync(id, out var started);
        await started.WithinLimitAsync("The agent starts.");
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(AttemptStep.Over(1), await running.WithinLimitAsync("The agent stops."));
        Assert.Equal(TaskState.Cancelled, _store[id].State);
    }

    [Fact]
    public async Task RunAsync_ProcessEnds_NothingWritten()
    {
        var id = await SubmitAsync();
        using var process = new CancellationTokenSource();
        var running = RunUntilStoppedAsync(id, out var started, process.Token);
        await started.WithinLimitAsync("The agent starts.");

        await process.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WithinLimitAsync("The attempt is given up."));
        Assert.Equal(TaskState.Running, _store[id].State);
    }

    [Fact]
    public async Task RunAsync_DeferredBeyondItsTime_LookedAtWhenItsTimeIsUp()
    {
        var id = await SubmitAsync(change: submission => submission with { Type = submission.Type with { Timeouts = new TaskTimeouts { Total = TimeSpan.FromMinutes(30) } } });
        _agent.Run = (_, _) => Task.FromResult(AgentResult.DeferUntil(TestTasks.Start.AddDays(10)));

        Assert.Equal(AttemptStep.Again(1, _store[id].FinishBy ?? default), await RunAsync(id, 1));
        Assert.Equal(TaskState.Scheduled, _store[id].State);
        Assert.Empty(_rig.Siblings.Wakes);
    }

    [Fact]
    public async Task RunAsync_DeferredForLong_LeavesAWake()
    {
        var id = await SubmitAsync();
        _agent.Run = (_, _) => Task.FromResult(AgentResult.DeferUntil(TestTasks.Start.AddDays(10)));

        Assert.Equal(AttemptStep.Leave(1), await RunAsync(id, 1));
        Assert.Equal([new TaskWake(id, TestTasks.Start.AddDays(10))], _rig.Siblings.Wakes);
    }

    [Fact]
    public async Task RunAsync_LogCannotBeWritten_OutcomeIsWrittenAllTheSame()
    {
        var id = await SubmitAsync();
        _rig.Siblings.BeforeWrite = () => throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");
        _agent.Run = (context, _) =>
        {
            for (var i = 0; i < 10; i++)
                context.Log(new string('x', 4_000));
            return Task.FromResult(AgentResult.Empty);
        };

        Assert.Equal(AttemptStep.Over(1), await RunAsync(id, 1));
        Assert.Equal(TaskState.Succeeded, _store[id].State);
    }

    [Fact]
    public async Task RunAsync_ShortLog_IsWrittenWithTheOutcome()
    {
        var id = await SubmitAsync();
        _rig.Siblings.BeforeWrite = () => throw new InvalidOperationException("No write of its own is needed.");
        _agent.Run = (context, _) =>
        {
            context.Log("hello");
            return Task.FromResult(AgentResult.Empty);
        };

        await RunAsync(id, 1);

        Assert.Equal("hello", Assert.Single(await _rig.Siblings.GetLogAsync(id, 1, CancellationToken.None)).Text);
    }

    [Fact]
    public async Task RunAsync_StorageAwayAtTheEnd_OutcomeWrittenWhenItIsBack()
    {
        var id = await SubmitAsync();
        var failures = 3;
        _store.BeforeApply = change =>
        {
            if (change.After.State == TaskState.Succeeded && failures-- > 0)
                throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");
        };
        var calls = 0;
        _agent.Run = (_, _) =>
        {
            calls++;
            return Task.FromResult(AgentResult.Empty);
        };

        var running = RunAsync(id, 1);
        await AdvanceDelaysAsync(running);

        Assert.Equal(AttemptStep.Over(1), await running);
        Assert.Equal(TaskState.Succeeded, _store[id].State);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task RunAsync_StorageAwayForTooLong_Thrown()
    {
        var id = await SubmitAsync();
        _store.BeforeApply = change =>
        {
            if (change.After.State == TaskState.Succeeded)
                throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");
        };

        var running = RunAsync(id, 1);
        await AdvanceDelaysAsync(running);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => running);
    }

    [Fact]
    public async Task RunAsync_TypeOfAnotherName_IsDoneByTheAgentThatIsCapableOfIt()
    {
        _agent.Run = (_, _) => Task.FromResult(AgentResult.Of(new { total = 1 }));
        var id = await SubmitDefinedAsync(_defined);

        Assert.Equal(AttemptStep.Over(1), await RunAsync(id, 1));
        Assert.Equal((TaskState.Succeeded, "tester", """{"total":1}"""), (_store[id].State, _store[id].Agent, _store[id].Output));
    }

    [Fact]
    public async Task RunAsync_OutputThatDoesNotFit_FailsTheAttemptNamingTheFaults()
    {
        var id = await SubmitDefinedAsync(_defined with { Retry = RetryPolicy.Default });

        var step = await RunAsync(id, 1);

        Assert.Equal(AttemptNext.Again, step.Next);
        Assert.Equal(
            new TaskError(
                "output_invalid",
                "The output does not fit the output schema of task type 'defined', version 4. /total: It is missing. /echo: It must be a string, not null."),
            _store[id].Error);
    }

    [Fact]
    public async Task RunAsync_OutputThatDoesNotFitAndPolicyCallsItTerminal_TaskFailed()
    {
        var id = await SubmitDefinedAsync(_defined);

        Assert.Equal(AttemptStep.Over(1), await RunAsync(id, 1));
        Assert.Equal((TaskState.Failed, "output_invalid", null), (_store[id].State, _store[id].Error!.Code, _store[id].Output));
    }

    [Fact]
    public async Task RunAsync_NoAgentForTheType_TaskFailed()
    {
        var outcome = (SubmitOutcome.Created)await _store.SubmitAsync(new TaskSubmission { Type = new TaskType { Name = "gone" } }, CancellationToken.None);
        var id = outcome.Task.Record.Id;

        Assert.Equal(AttemptStep.Over(1), await RunAsync(id, 1));
        Assert.Equal(TaskState.Failed, _store[id].State);
        Assert.Equal(
            new TaskError("no_agent", "No agent is registered here for task type 'gone'. Register one and submit the task again."),
            _store[id].Error);
    }

    [Fact]
    public async Task RunAsync_NoSuchTask_Over() => Assert.Equal(AttemptStep.Over(1), await RunAsync(TestTasks.Id(99), 1));

    private AttemptRunner Runner(AttemptHolders holders) => new(
        _rig.Lifecycle,
        _store,
        _rig.Siblings,
        _services.GetRequiredService<AgentCatalog>(),
        Types,
        new AttemptInvoker(_services.GetRequiredService<Orchestrator.Agents.Code.CodeAgentInvoker>(), _rig.Siblings, _rig.Siblings, new OutputCheck(Types, new JsonSchemas()), new NoSecrets(), _time, NullLogger<AttemptInvoker>.Instance),
        _rig.Waits,
        _rig.Slots(Types),
        holders,
        _counters,
        _time,
        TestOptions.Of(new AttemptOptions()),
        NullLogger<AttemptRunner>.Instance);

    private TestCatalog Types => new([.. _services.GetRequiredService<AgentCatalog>().TaskTypes, _defined]);

    private Task<AttemptStep> RunAsync(TaskId id, int attempt, CancellationToken cancellationToken = default) =>
        _runner.RunAsync(new AttemptRequest(id.ToString(), attempt), cancellationToken);

    private Task<AttemptStep> RunUntilStoppedAsync(TaskId id, out Task started, CancellationToken cancellationToken = default)
    {
        var hasStarted = new TaskCompletionSource();
        started = hasStarted.Task;
        _agent.Run = async (_, token) =>
        {
            hasStarted.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return AgentResult.Empty;
        };
        return RunAsync(id, 1, cancellationToken);
    }

    private async Task<TaskId> SubmitDefinedAsync(TaskType type) =>
        ((SubmitOutcome.Created)await _store.SubmitAsync(new TaskSubmission { Type = type }, CancellationToken.None)).Task.Record.Id;

    private async Task<TaskId> SubmitAsync(string input = "null", Func<TaskSubmission, TaskSubmission>? change = null)
    {
        Assert.True(_services.GetRequiredService<AgentCatalog>().TryGetTaskType("test", out var type));
        var submission = new TaskSubmission { Type = type, Input = input };
        var outcome = (SubmitOutcome.Created)await _store.SubmitAsync(change is null ? submission : change(submission), CancellationToken.None);
        return outcome.Task.Record.Id;
    }

    /// <summary>Lets the runner's own short delays pass one by one, but neither the agent's deadline nor a renewal.</summary>
    private async Task AdvanceDelaysAsync(Task running)
    {
        var longest = TimeSpan.FromSeconds(8);
        while (true)
        {
            await Eventually.TrueAsync(() => running.IsCompleted || _time.NextDue <= longest, "The runner waits, or is done.");
            if (running.IsCompleted || _time.NextDue is not { } due)
                return;
            _time.Advance(due);
        }
    }

    private Task<TaskResult<ClaimDecision>?> ClaimAsync(TaskId id, string holder, TimeSpan lease) =>
        _rig.Lifecycle.ClaimAsync(id, new AttemptClaim(1, holder, "tester", lease), CancellationToken.None);
}
