using Embedded.DurableTask.Activities;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hosting;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.DurableTask.Tests.Activities;

public sealed class ActivityRunnerTests
{
    private sealed record Order(string Item, int Count);

    private static ActivityWork Work(string name, string? input = null) => new("instance1", "execution1", 4, name, input) { TraceParent = "00-a-b-01" };

    private static ActivityRunner Runner(params TestFunction[] functions)
    {
        var table = new FunctionTable("an activity");
        foreach (var function in functions)
        {
            table.Add(null, function);
        }

        return new(table, OrchestrationScript.Json, NullLogger<ActivityRunner>.Instance);
    }

    [Fact]
    public async Task RunAsync_ReadsInputAndWritesResult()
    {
        var function = TestFunction.Activity<Order>("Double", order => Task.FromResult<object?>(order with { Count = order.Count * 2 }));

        Assert.Equal(
            new TaskCompleted(4, """{"Item":"tea","Count":4}"""),
            await Runner(function).RunAsync(Work("double", """{"item":"tea","COUNT":2}"""), CancellationToken.None));
        var invocation = Assert.Single(function.Invocations);
        Assert.Equal(("instance1", "00-a-b-01"), (invocation.BindingData!["instanceId"], invocation.TraceParent));
    }

    [Fact]
    public async Task RunAsync_WithoutInputAndResult_PassesDefaultsAndNull()
    {
        var function = TestFunction.Activity<int>("A", input => Task.FromResult<object?>(input == 0 ? null : "input"));

        Assert.Equal(new TaskCompleted(4, null), await Runner(function).RunAsync(Work("A"), CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_Throws_FailsWithTheWholeException()
    {
        var function = TestFunction.Activity<string>("Pay", _ => throw new FormatException("Payment: declined", new IOException("disk")));

        var failed = Assert.IsType<TaskFailed>(await Runner(function).RunAsync(Work("Pay"), CancellationToken.None));
        Assert.Equal(4, failed.TaskId);
        Assert.Equal(
            new Failure("System.FormatException", "Payment: declined", failed.Failure.StackTrace, new("System.IO.IOException", "disk")), failed.Failure);
        Assert.Contains(nameof(RunAsync_Throws_FailsWithTheWholeException), failed.Failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ThrowsATasksFailure_KeepsItInside()
    {
        var inner = new TaskFailureDetails("X", "y", null, null, null);
        var function = TestFunction.Activity<string>("A", _ => throw new TaskFailedException("B", 1, inner));

        var failed = Assert.IsType<TaskFailed>(await Runner(function).RunAsync(Work("A"), CancellationToken.None));
        Assert.Equal(new Failure("X", "y"), failed.Failure.Inner);
    }

    [Fact]
    public async Task RunAsync_InputOfAnotherType_Fails()
    {
        var function = TestFunction.Activity<int>("A", _ => Task.FromResult<object?>(null));

        var failed = Assert.IsType<TaskFailed>(await Runner(function).RunAsync(Work("A", "\"text\""), CancellationToken.None));
        Assert.Equal("System.Text.Json.JsonException", failed.Failure.ErrorType);
    }

    [Fact]
    public async Task RunAsync_Unknown_FailsForGoodNamingThoseKnown()
    {
        var runner = Runner(
            TestFunction.Activity<int>("Zeta", _ => Task.FromResult<object?>(null)), TestFunction.Activity<int>("Alpha", _ => Task.FromResult<object?>(null)));

        Assert.Equal(
            new TaskFailed(4, new(
                "ActivityTaskNotFound",
                "The function 'X' doesn't exist, is disabled, or is not an activity function. Additional info: The following are the known activity functions: 'Alpha', 'Zeta'.",
                NonRetriable: true)),
            await runner.RunAsync(Work("X"), CancellationToken.None));
    }

    [Fact]
    public async Task RunAsync_UnknownAndNoneAtAll_SaysSo()
    {
        var failed = Assert.IsType<TaskFailed>(await Runner().RunAsync(Work("X"), CancellationToken.None));

        Assert.Equal(
            "The function 'X' doesn't exist, is disabled, or is not an activity function. Additional info: No activity functions are currently registered!",
            failed.Failure.Message);
    }

    [Fact]
    public async Task RunAsync_FailsWhileTheHostStops_HasNoResult()
    {
        using var stop = new CancellationTokenSource();
        var function = TestFunction.Activity<int>("A", async _ =>
        {
            await stop.CancelAsync();
            throw new IOException("connection closed");
        });

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await Runner(function).RunAsync(Work("A"), stop.Token));
    }

    [Fact]
    public async Task RunAsync_IsCancelledByItself_Fails()
    {
        var function = TestFunction.Activity<int>("A", _ => throw new OperationCanceledException("mine"));

        var failed = Assert.IsType<TaskFailed>(await Runner(function).RunAsync(Work("A"), CancellationToken.None));
        Assert.Equal("System.OperationCanceledException", failed.Failure.ErrorType);
    }
}
