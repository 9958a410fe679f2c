using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class SuspendAndTerminateTests
{
    [Fact]
    public async Task Suspended_HoldsMessagesBackUntilResumed()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var first = await context.CallActivityAsync<int>("A");
            return first + await context.WaitForExternalEvent<int>("E");
        });
        await script.StartAsync();

        Assert.Empty(await script.TurnAsync(new ExecutionSuspended("wait")));
        Assert.Empty(await script.TurnAsync(new TaskCompleted(0, "1"), new EventRaised("E", "2")));
        Equal(await script.TurnAsync(new ExecutionResumed(null)), Completed(1, "3"));
    }

    [Fact]
    public async Task Suspended_BeforeTheStart_BeginsWhenResumed()
    {
        using var script = new OrchestrationScript(async context => await context.CallActivityAsync<int>("A"));

        Assert.Empty(await script.TurnAsync(new ExecutionSuspended(null), Started()));
        Equal(await script.TurnAsync(new ExecutionResumed(null)), new ActivityScheduled("A", null) { TaskId = 0 });
    }

    [Fact]
    public async Task Terminated_EndsAtOnceWithTheOutput()
    {
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A"));
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new ExecutionTerminated("\"enough\"", Recursive: false), new TaskCompleted(0, null)),
            new ExecutionCompleted(ExecutionOutcome.Terminated, "\"enough\"", null) { TaskId = 1 });
    }

    [Fact]
    public async Task Terminated_WhileSuspended_EndsAtOnce()
    {
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A"));
        await script.StartAsync();
        await script.TurnAsync(new ExecutionSuspended(null));

        Equal(
            await script.TurnAsync(new ExecutionTerminated(null, Recursive: true)),
            new ExecutionCompleted(ExecutionOutcome.Terminated, null, null) { TaskId = 1 });
    }

    [Fact]
    public async Task Terminated_InTheTurnOfTheStart_StillTellsWhatTheCodeDecided()
    {
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A"));

        Equal(
            await script.TurnAsync(Started(), new ExecutionTerminated(null, Recursive: false)),
            new ActivityScheduled("A", null) { TaskId = 0 },
            new ExecutionCompleted(ExecutionOutcome.Terminated, null, null) { TaskId = 1 });
    }

    /// <summary>It may only be told to end before its time; nothing of it may happen before.</summary>
    [Fact]
    public async Task Terminated_BeforeItsStartTime_RunsNoCode()
    {
        var hasRun = false;
        using var script = OrchestrationScript.Of(context =>
        {
            hasRun = true;
            return context.CallActivityAsync("A");
        });

        Equal(
            await script.TurnAsync(Started() with { StartAt = Begin.AddHours(1) }, new ExecutionTerminated("\"no\"", Recursive: false)),
            new ExecutionCompleted(ExecutionOutcome.Terminated, "\"no\"", null) { TaskId = 0 });
        Assert.False(hasRun);
    }
}
