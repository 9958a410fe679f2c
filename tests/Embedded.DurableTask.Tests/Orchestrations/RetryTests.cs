using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class RetryTests
{
    private static readonly Failure Broken = new("System.IO.IOException", "broken");

    [Fact]
    public async Task RetryPolicy_BacksOffUpToTheLongestWaitThenGivesUp()
    {
        var policy = new RetryPolicy(4, TimeSpan.FromSeconds(10), 3, TimeSpan.FromSeconds(60));
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", 5, TaskOptions.FromRetryPolicy(policy)));
        await script.StartAsync();

        Equal(await script.TurnAsync(new TaskFailed(0, Broken)), new TimerCreated(Begin.AddSeconds(1 + 10)) { TaskId = 1 });
        Equal(await script.TurnAsync(new TimerFired(1)), new ActivityScheduled("A", "5") { TaskId = 2 });
        Equal(await script.TurnAsync(new TaskFailed(2, Broken)), new TimerCreated(Begin.AddSeconds(3 + 30)) { TaskId = 3 });
        Equal(await script.TurnAsync(new TimerFired(3)), new ActivityScheduled("A", "5") { TaskId = 4 });
        Equal(await script.TurnAsync(new TaskFailed(4, Broken)), new TimerCreated(Begin.AddSeconds(5 + 60)) { TaskId = 5 });
        Equal(await script.TurnAsync(new TimerFired(5)), new ActivityScheduled("A", "5") { TaskId = 6 });
        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new TaskFailed(6, Broken))));
        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'A' (#6) failed with an unhandled exception: broken", end.Output);
    }

    [Fact]
    public async Task RetryPolicy_SuccessAfterAFailure_GivesTheResult()
    {
        var options = new TaskOptions(new RetryPolicy(3, TimeSpan.FromSeconds(1)));
        using var script = new OrchestrationScript(async context => await context.CallActivityAsync<int>("A", options));
        await script.StartAsync();
        await script.TurnAsync(new TaskFailed(0, Broken));
        await script.TurnAsync(new TimerFired(1));

        Equal(await script.TurnAsync(new TaskCompleted(2, "7")), Completed(3, "7"));
    }

    [Fact]
    public async Task RetryPolicy_NonRetriableFailure_GivesUpAtOnce()
    {
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", new TaskOptions(new RetryPolicy(3, TimeSpan.FromSeconds(1)))));
        await script.StartAsync();

        Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new TaskFailed(0, Broken with { NonRetriable = true }))));
    }

    [Fact]
    public async Task RetryPolicy_TimeoutPassed_GivesUp()
    {
        var policy = new RetryPolicy(9, TimeSpan.FromSeconds(2), retryTimeout: TimeSpan.FromSeconds(3));
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", new TaskOptions(policy)));
        await script.StartAsync();
        await script.TurnAsync(new TaskFailed(0, Broken));
        await script.TurnAsync(new TimerFired(1));

        Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new TaskFailed(2, Broken))));
    }

    [Theory]
    [InlineData("System.IO.IOException", true)]
    [InlineData("System.FormatException", false)]
    public async Task RetryPolicy_HandleFailure_DecidesByTheDetails(string errorType, bool retried)
    {
        var policy = new RetryPolicy(2, TimeSpan.FromSeconds(1)) { HandleFailure = details => details.IsCausedBy<IOException>() };
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", new TaskOptions(policy)));
        await script.StartAsync();

        var decision = Assert.Single(await script.TurnAsync(new TaskFailed(0, Broken with { ErrorType = errorType })));
        Assert.Equal(retried, decision is TimerCreated);
    }

    [Fact]
    public async Task RetryPolicy_HandleFailureThrows_KeepsTheTasksOwnFailure()
    {
        var policy = new RetryPolicy(2, TimeSpan.FromSeconds(1)) { HandleFailure = _ => throw new FormatException("mine") };
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", new TaskOptions(policy)));
        await script.StartAsync();

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new TaskFailed(0, Broken))));
        Assert.Equal(Broken, end.Failure!.Inner);
    }

    [Fact]
    public async Task RetryHandler_MayWaitOnTimersAndSeesAttempts()
    {
        var seen = new List<string>();
        AsyncRetryHandler handler = async retry =>
        {
            seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage} {retry.TotalRetryTime.TotalSeconds}s {retry.OrchestrationContext.IsReplaying}");
            await retry.OrchestrationContext.CreateTimer(TimeSpan.FromSeconds(5), CancellationToken.None);
            return retry.LastAttemptNumber < 2;
        };
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", TaskOptions.FromRetryHandler(handler)));
        await script.StartAsync();

        Equal(await script.TurnAsync(new TaskFailed(0, Broken)), new TimerCreated(Begin.AddSeconds(6)) { TaskId = 1 });
        Equal(await script.TurnAsync(new TimerFired(1)), new ActivityScheduled("A", null) { TaskId = 2 });
        Equal(await script.TurnAsync(new TaskFailed(2, Broken)), new TimerCreated(Begin.AddSeconds(8)) { TaskId = 3 });
        Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new TimerFired(3))));
        Assert.Equal(["1 broken 1s False", "2 broken 3s False"], seen.Where(line => line.EndsWith("False", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task RetryPolicy_OfASubOrchestration_KeepsItsInstanceId()
    {
        var options = new SubOrchestrationOptions(new RetryPolicy(2, TimeSpan.FromSeconds(1)), "child");
        using var script = OrchestrationScript.Of(context => context.CallSubOrchestratorAsync("Child", options));

        Equal(await script.StartAsync(), new SubOrchestrationScheduled("Child", "child", null) { TaskId = 0 });
        Equal(await script.TurnAsync(new TaskFailed(0, Broken)), new TimerCreated(Begin.AddSeconds(2)) { TaskId = 1 });
        Equal(await script.TurnAsync(new TimerFired(1)), new SubOrchestrationScheduled("Child", "child", null) { TaskId = 2 });
    }
}
