using System.Diagnostics.CodeAnalysis;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Orchestrations;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class FaultTests
{
    private static readonly ExecutionCompleted IllegalAwait = new(
        ExecutionOutcome.Failed,
        "System.InvalidOperationException: " + OrchestratorContext.IllegalAwait,
        new("System.InvalidOperationException", OrchestratorContext.IllegalAwait, NonRetriable: true))
    { TaskId = 0 };

    private static async Task<ExecutionCompleted> RunToEndAsync(Func<TaskOrchestrationContext, Task> code)
    {
        using var script = OrchestrationScript.Of(code);
        return Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync()));
    }

    [Fact]
    public async Task Code_Throws_FailsWithTypeAndMessage()
    {
        var end = await RunToEndAsync(_ => throw new InvalidOperationException("orch boom", new IOException("disk")));

        Assert.Equal("System.InvalidOperationException: orch boom", end.Output);
        Assert.Equal(
            new Failure("System.InvalidOperationException", "orch boom", end.Failure!.StackTrace, new("System.IO.IOException", "disk")), end.Failure);
    }

    [Fact]
    public async Task Code_IsCancelled_Fails()
    {
        var end = await RunToEndAsync(context => Task.FromCanceled(new CancellationToken(canceled: true)));

        Assert.Equal("System.Threading.Tasks.TaskCanceledException: A task was canceled.", end.Output);
    }

    [Fact]
    public async Task Code_AwaitsWhatNeverCompletes_FailsInsteadOfHanging()
    {
        using var script = OrchestrationScript.Of(_ => new TaskCompletionSource().Task);

        Equal(await script.StartAsync(), IllegalAwait);
    }

    [Fact]
    public async Task Code_AwaitsThePool_Fails()
    {
        using var gate = new SemaphoreSlim(0);
        using var script = OrchestrationScript.Of(async context => await Task.Run(() => gate.WaitAsync()));

        Equal(await script.StartAsync(), IllegalAwait);
        gate.Release(2);
    }

    [Fact]
    public async Task Code_ComesBackFromThePoolBesideADurableWait_FailsAtTheNextTurn()
    {
        var foreign = new TaskCompletionSource();
        var function = TestFunction.Orchestrator("Main", async context =>
        {
            var activity = context.CallActivityAsync("A");
            await Task.WhenAny(activity, foreign.Task);
            return null;
        });
        using var runner = Runner(function, 10);
        HistoryEvent[] first = [new TurnStarted(Begin), Started()];
        var decided = (await runner.RunAsync(new(InstanceId, ExecutionId, [], first), CancellationToken.None)).Decisions;

        await Task.Run(foreign.SetResult);
        var turn = new OrchestrationTurn(InstanceId, ExecutionId, [.. first, .. decided], [new TurnStarted(Begin), new EventRaised("E", null)]);
        Equal((await runner.RunAsync(turn, CancellationToken.None)).Decisions, IllegalAwait with { TaskId = 1 });
    }

    [Fact]
    public async Task Context_UsedFromAnotherThread_Throws()
    {
        Exception? caught = null;
        using var script = OrchestrationScript.Of(context =>
        {
            var thread = new Thread(() => caught = Record.Exception(() => { _ = context.NewGuid(); }));
            thread.Start();
            thread.Join();
            return Task.CompletedTask;
        });
        await script.StartAsync();

        Assert.Equal(OrchestratorContext.IllegalAwait, Assert.IsType<InvalidOperationException>(caught).Message);
    }

    [Fact]
    [SuppressMessage("Usage", "MA0147:Avoid async void method for delegate", Justification = "The point of the test.")]
    [SuppressMessage("Usage", "MA0155:Do not use async void methods", Justification = "The point of the test.")]
    public async Task AsyncVoid_Throws_FailsTheInstance()
    {
        var end = await RunToEndAsync(context =>
        {
            Action forgotten = async () =>
            {
                await Task.Yield();
                throw new FormatException("lost");
            };
            forgotten();
            return Task.CompletedTask;
        });

        Assert.Equal("System.FormatException: lost", end.Output);
    }

    [Fact]
    public async Task Orchestrator_Unknown_FailsNamingThoseKnown()
    {
        using var runner = Runner(TestFunction.Orchestrator("Other", _ => Task.FromResult<object?>(null)), 10);
        var turn = new OrchestrationTurn(InstanceId, ExecutionId, [], [new TurnStarted(Begin), Started()]);

        const string Text = "The function 'Main' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: 'Other'.";
        Equal(
            (await runner.RunAsync(turn, CancellationToken.None)).Decisions,
            new ExecutionCompleted(ExecutionOutcome.Failed, Text, new("OrchestratorTaskNotFound", Text, NonRetriable: true)) { TaskId = 0 });
    }

    [Fact]
    public async Task Input_OfAnotherType_FailsWithTheJsonError()
    {
        using var script = new OrchestrationScript(context => Task.FromResult<object?>(context.GetInput<int>()));

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync("\"text\"")));
        Assert.StartsWith("System.Text.Json.JsonException: The JSON value could not be converted to System.Int32.", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_OfAStoppingHost_IsNotRun()
    {
        using var runner = Runner(TestFunction.Orchestrator("Main", _ => Task.FromResult<object?>(null)), 10);
        var turn = new OrchestrationTurn(InstanceId, ExecutionId, [], [new TurnStarted(Begin), Started()]);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await runner.RunAsync(turn, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Code_FailsWhileTheHostStops_HasNoResult()
    {
        using var stop = new CancellationTokenSource();
        using var runner = Runner(
            TestFunction.Orchestrator("Main", _ =>
            {
                stop.Cancel();
                throw new OperationCanceledException(stop.Token);
            }),
            10);
        var turn = new OrchestrationTurn(InstanceId, ExecutionId, [], [new TurnStarted(Begin), Started()]);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await runner.RunAsync(turn, stop.Token));
    }
}
