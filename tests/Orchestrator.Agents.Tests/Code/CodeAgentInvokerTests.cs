using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moq;
using Orchestrator.Agents.Code;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Agents.Tests.Code;

public sealed class CodeAgentInvokerTests
{
    private static readonly TaskId _task = TaskId.Parse("01J0000000000000000000000G");

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly RecordingReporter _reporter = new();

    [Fact]
    public async Task InvokeAsync_AgentSucceeds_GivesItsOutput()
    {
        var outcome = await InvokeAsync((context, _) =>
        {
            context.Log("hello");
            context.ReportProgress(40, "halfway");
            return Task.FromResult(AgentResult.Of(new { Sum = context.GetInput<int[]>().Sum(), context.Attempt, Id = context.TaskId.ToString(), context.TaskType }));
        });

        Assert.Equal(
            """{"sum":6,"attempt":2,"id":"01J0000000000000000000000G","taskType":"t.one"}""",
            Assert.IsType<AttemptOutcome.Succeeded>(outcome).Output);
        Assert.Equal(["Information hello", "40 halfway"], _reporter.Said);
    }

    [Fact]
    public async Task InvokeAsync_AgentException_KeepsItsCodeAndRetryability()
    {
        var outcome = await InvokeAsync((_, _) => throw new AgentException("no_such_folder", "Folder /x is missing.", isRetryable: false));

        Assert.Equal(new AttemptOutcome.Failed(new TaskError("no_such_folder", "Folder /x is missing."), IsRetryable: false), outcome);
    }

    [Theory]
    [InlineData("oops")]
    [InlineData("")]
    [InlineData("{} {}")]
    public async Task InvokeAsync_OutputIsNoJson_FailsForGood(string output)
    {
        var failed = Assert.IsType<AttemptOutcome.Failed>(await InvokeAsync((_, _) => Task.FromResult(AgentResult.OfJson(output))));

        Assert.Equal(("output_invalid", false), (failed.Error.Code, failed.IsRetryable));
        Assert.StartsWith("The output of agent 'probe' is not JSON that can be kept: ", failed.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task InvokeAsync_NothingToDoYet_IsDeferredOrLeftToOthers()
    {
        Assert.Equal(new AttemptOutcome.Deferred(_time.GetUtcNow().AddDays(1)), await InvokeAsync((_, _) => Task.FromResult(AgentResult.DeferUntil(_time.GetUtcNow().AddDays(1)))));
        Assert.Equal(new AttemptOutcome.Pending(), await InvokeAsync((_, _) => Task.FromResult(AgentResult.Pending)));
    }

    [Fact]
    public async Task InvokeAsync_OtherException_IsARetryableAgentError()
    {
        var outcome = await InvokeAsync((_, _) => throw new IOException("disk on fire"));

        Assert.Equal(
            new AttemptOutcome.Failed(new TaskError("agent_error", "Agent 'probe' failed with System.IO.IOException: disk on fire"), IsRetryable: true), outcome);
    }

    [Fact]
    public async Task InvokeAsync_WrongInput_IsNotRetryable()
    {
        var outcome = await InvokeAsync((context, _) => Task.FromResult(AgentResult.Of(context.GetInput<string>())));

        var failed = Assert.IsType<AttemptOutcome.Failed>(outcome);
        Assert.Equal("input_invalid", failed.Error.Code);
        Assert.False(failed.IsRetryable);
    }

    [Fact]
    public async Task InvokeAsync_NullResult_IsNotRetryable()
    {
        var outcome = await InvokeAsync((_, _) => Task.FromResult<AgentResult>(null!));

        Assert.Equal(
            new AttemptOutcome.Failed(
                new TaskError("agent_error", "Agent 'probe' returned null; an agent without output returns AgentResult.Empty."), IsRetryable: false),
            outcome);
    }

    [Fact]
    public async Task InvokeAsync_OutputAtTheLimit_Succeeds()
    {
        var outcome = await InvokeAsync((_, _) => Task.FromResult(AgentResult.Of(new string('a', TaskLimits.PayloadBytes - 2))));

        Assert.Equal(TaskLimits.PayloadBytes, Assert.IsType<AttemptOutcome.Succeeded>(outcome).Output.Length);
    }

    [Fact]
    public async Task InvokeAsync_OutputOverTheLimit_Fails()
    {
        var outcome = await InvokeAsync((_, _) => Task.FromResult(AgentResult.Of(new string('a', TaskLimits.PayloadBytes - 1))));

        Assert.Equal(
            new AttemptOutcome.Failed(
                new TaskError("output_too_large", "The output of agent 'probe' is 4194305 bytes long; at most 4194304 can be stored."), IsRetryable: false),
            outcome);
    }

    [Fact]
    public async Task InvokeAsync_AgentHeedsItsDeadline_IsARetryableTimeout()
    {
        var invoked = InvokeAsync(async (_, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop);
            return AgentResult.Empty;
        });
        await _time.WhenArmedAsync(2);

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(TimedOut(), await invoked.WithinLimitAsync("the attempt times out"));
    }

    [Fact]
    public async Task InvokeAsync_AgentIgnoresItsDeadline_IsATimeoutAfterTheGrace()
    {
        var never = new TaskCompletionSource<AgentResult>();
        var invoked = InvokeAsync((_, _) => never.Task);
        await _time.WhenArmedAsync(2);

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(invoked.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimedOut(), await invoked.WithinLimitAsync("the attempt is given up"));
        never.SetException(new IOException("too late to matter"));
    }

    [Fact]
    public async Task InvokeAsync_DeadlineAlreadyPast_DoesNotRunTheAgent()
    {
        var ran = false;

        var outcome = await InvokeAsync((_, _) => Task.FromResult(Ran(ref ran)), secondsLeft: 0);

        Assert.False(ran);
        Assert.Equal("attempt_timed_out", Assert.IsType<AttemptOutcome.Failed>(outcome).Error.Code);
    }

    [Fact]
    public async Task InvokeAsync_TaskCancelled_IsStopped()
    {
        using var cancel = new CancellationTokenSource();

        var outcome = await InvokeAsync(CancelThenWait(cancel), taskCancelled: cancel.Token);

        Assert.IsType<AttemptOutcome.Stopped>(outcome);
    }

    [Fact]
    public async Task InvokeAsync_HostStops_GivesNoOutcome()
    {
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => InvokeAsync(CancelThenWait(cancel), hostStopping: cancel.Token));
    }

    [Fact]
    public async Task InvokeAsync_AgentCancelsItself_IsAnAgentError()
    {
        var outcome = await InvokeAsync((_, _) => throw new OperationCanceledException("mine"));

        Assert.Equal(
            new AttemptOutcome.Failed(new TaskError("agent_error", "Agent 'probe' failed with System.OperationCanceledException: mine"), IsRetryable: true), outcome);
    }

    private static Func<AgentContext, CancellationToken, Task<AgentResult>> CancelThenWait(CancellationTokenSource source) => async (_, stop) =>
    {
        await source.CancelAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        return AgentResult.Empty;
    };

    private static AgentResult Ran(ref bool ran)
    {
        ran = true;
        return AgentResult.Empty;
    }

    private static AttemptOutcome.Failed TimedOut() => new(
        new TaskError("attempt_timed_out", "Attempt 2 of agent 'probe' did not end by its deadline, 2026-05-01T00:01:00.0000000Z."), IsRetryable: true);

    private async Task<AttemptOutcome> InvokeAsync(
        Func<AgentContext, CancellationToken, Task<AgentResult>> run, int secondsLeft = 60, CancellationToken taskCancelled = default, CancellationToken hostStopping = default)
    {
        await using var provider = new ServiceCollection().AddScoped(_ => new ProbeAgent(run)).BuildServiceProvider();
        var invoker = new CodeAgentInvoker(
            provider.GetRequiredService<IServiceScopeFactory>(), _time, HostLimits.Default, Mock.Of<IOptionsMonitor<AgentsOptions>>(monitor => monitor.CurrentValue == new AgentsOptions()), NullLogger<CodeAgentInvoker>.Instance);
        var agent = new AgentRegistration("probe", typeof(ProbeAgent), [new TaskType { Name = "t.one" }]);
        using var input = JsonDocument.Parse("[1,2,3]");
        return await invoker.InvokeAsync(
            new AgentInvocation(agent, new AgentContext(_task, "t.one", 2, input.RootElement, _time.GetUtcNow().AddSeconds(secondsLeft), _reporter)), taskCancelled, hostStopping);
    }

    private sealed class ProbeAgent(Func<AgentContext, CancellationToken, Task<AgentResult>> run) : IAgent
    {
        public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => run(context, cancellationToken);
    }
}
