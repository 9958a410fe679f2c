using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Orchestrations;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class SessionTests
{
    private static async Task<object?> TwoActivitiesAsync(TaskOrchestrationContext context) =>
        await context.CallActivityAsync<int>("A") + await context.CallActivityAsync<int>("B");

    private static OrchestrationTurn Turn(IEnumerable<HistoryEvent> past, params OrchestrationMessage[] messages) =>
        new(InstanceId, ExecutionId, [.. past], [new TurnStarted(Begin), .. messages]);

    private static async Task<List<HistoryEvent>> RunAsync(OrchestrationRunner runner, OrchestrationTurn turn)
    {
        var result = await runner.RunAsync(turn, CancellationToken.None);
        return [.. turn.Past, .. turn.News, .. result.Decisions];
    }

    [Fact]
    public async Task Turns_WithASession_InvokeTheFunctionOnce()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync);
        using var runner = Runner(function, 10);

        var history = await RunAsync(runner, Turn([], Started()));
        history = await RunAsync(runner, Turn(history, new TaskCompleted(0, "1")));
        Assert.Equal((1, 0), (function.Invocations.Count, function.Ended));
        history = await RunAsync(runner, Turn(history, new TaskCompleted(1, "2")));

        Assert.Equal((1, 1), (function.Invocations.Count, function.Ended));
        Equal([history[^1]], Completed(2, "3"));
    }

    [Fact]
    public async Task Turns_WithoutSessions_InvokeTheFunctionEachTimeAndEndIt()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync);
        using var runner = Runner(function, 0);

        var history = await RunAsync(runner, Turn([], Started()));
        Assert.Equal((1, 1), (function.Invocations.Count, function.Ended));
        history = await RunAsync(runner, Turn(history, new TaskCompleted(0, "1")));
        Assert.Equal((2, 2), (function.Invocations.Count, function.Ended));
        history = await RunAsync(runner, Turn(history, new TaskCompleted(1, "2")));

        Assert.Equal((3, 3), (function.Invocations.Count, function.Ended));
        Equal([history[^1]], Completed(2, "3"));
    }

    [Fact]
    public async Task Turn_WithAnotherPast_ReplaysFromIt()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync);
        using var runner = Runner(function, 10);
        var first = await RunAsync(runner, Turn([], Started()));

        // The turn was run, but its result was never stored: it is run again, with other news.
        await RunAsync(runner, Turn(first, new TaskCompleted(0, "1")));
        var again = await RunAsync(runner, Turn(first, new EventRaised("E", null), new TaskCompleted(0, "5")));
        again = await RunAsync(runner, Turn(again, new TaskCompleted(1, "5")));

        Assert.Equal((2, 2), (function.Invocations.Count, function.Ended));
        Equal([again[^1]], Completed(2, "10"));
    }

    [Fact]
    public async Task Session_UsedLongestAgo_IsDroppedAndReplayed()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync);
        using var runner = Runner(function, 1);
        var history = await RunAsync(runner, Turn([], Started()));
        await runner.RunAsync(new("instance2", ExecutionId, [], [new TurnStarted(Begin), Started()]), CancellationToken.None);
        Assert.Equal((2, 1), (function.Invocations.Count, function.Ended));

        history = await RunAsync(runner, Turn(history, new TaskCompleted(0, "1")));
        Equal([history[^1]], new ActivityScheduled("B", null) { TaskId = 1 });
        Assert.Equal((3, 2), (function.Invocations.Count, function.Ended));
    }

    [Fact]
    public async Task Forget_EndsTheInvocation()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync);
        using var runner = Runner(function, 10);
        await RunAsync(runner, Turn([], Started()));

        runner.Forget(InstanceId, "another");
        Assert.Equal(0, function.Ended);
        runner.Forget(InstanceId, ExecutionId);
        Assert.Equal(1, function.Ended);
    }

    [Fact]
    public async Task Dispose_EndsAllInvocations()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync);
        var runner = Runner(function, 10);
        await RunAsync(runner, Turn([], Started()));

        runner.Dispose();
        Assert.Equal(1, function.Ended);
    }

    [Fact]
    public async Task Middleware_TrulyAsynchronous_SurroundsTheMethod()
    {
        var log = new List<string>();
        var scope = new AsyncLocal<string>();
        var function = TestFunction.Orchestrator("Main", async context =>
        {
            log.Add($"method in {scope.Value}");
            await context.CallActivityAsync("A");
            log.Add($"end in {scope.Value}");
            return "x";
        },
        async next =>
        {
            await Task.Run(() => log.Add("before"));
            scope.Value = "scope";
            var result = await next();
            await Task.Run(() => log.Add($"after {result}"));
            return result + "!";
        });
        using var runner = Runner(function, 10);

        var history = await RunAsync(runner, Turn([], Started()));
        history = await RunAsync(runner, Turn(history, new TaskCompleted(0, null)));
        Equal([history[^1]], Completed(1, "\"x!\""));
        Assert.Equal(["before", "method in scope", "end in scope", "after x"], log);
    }

    [Fact]
    public async Task Middleware_Throws_FailsTheInstance()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync, async _ =>
        {
            await Task.Yield();
            throw new FormatException("no way");
        });
        using var runner = Runner(function, 10);

        var end = (await RunAsync(runner, Turn([], Started())))[^1];
        Assert.Equal("System.FormatException: no way", Assert.IsType<ExecutionCompleted>(end).Output);
    }

    [Fact]
    public async Task Middleware_DoesNotCallTheMethod_FailsTheInstance()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync, _ => Task.FromResult<object?>(null));
        using var runner = Runner(function, 10);

        var end = (await RunAsync(runner, Turn([], Started())))[^1];
        Assert.Equal(
            "System.InvalidOperationException: A middleware ended the invocation of the orchestrator function 'Main' without calling it.",
            Assert.IsType<ExecutionCompleted>(end).Output);
    }

    [Fact]
    public async Task Invocation_TellsInstanceAndTrace()
    {
        var function = TestFunction.Orchestrator("Main", TwoActivitiesAsync);
        using var runner = Runner(function, 10);
        await RunAsync(runner, Turn([], Started() with { TraceParent = "00-1-2-01" }));

        var invocation = Assert.Single(function.Invocations);
        Assert.Equal((InstanceId, "00-1-2-01"), (invocation.BindingData!["instanceId"], invocation.TraceParent));
    }

    [Fact]
    public async Task ManyInstances_InParallel_DoNotDisturbEachOther()
    {
        var function = TestFunction.Orchestrator("Main", async context =>
        {
            var sum = 0;
            for (var i = 0; i < 20; i++)
            {
                sum += await context.CallActivityAsync<int>("A");
            }

            return sum;
        });
        using var runner = Runner(function, 20);

        await Parallel.ForAsync(0, 50, async (number, _) =>
        {
            List<HistoryEvent> history = [];
            OrchestrationMessage next = Started();
            while (history is not [.., ExecutionCompleted])
            {
                HistoryEvent[] news = [new TurnStarted(Begin), next];
                var result = await runner.RunAsync(new($"i{number}", ExecutionId, [.. history], news), CancellationToken.None);
                history.AddRange([.. news, .. result.Decisions]);
                next = new TaskCompleted(result.Decisions[^1].TaskId, $"{number}");
            }

            Equal([history[^1]], Completed(20, $"{20 * number}"));
        });
    }
}
