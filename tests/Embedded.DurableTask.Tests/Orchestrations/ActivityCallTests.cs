using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class ActivityCallTests
{
    private sealed record Order(string Item, int Count);

    [Fact]
    public async Task CallActivity_InSequence_DecidesOneAtATime()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var first = await context.CallActivityAsync<string>("Hello", "Tokyo");
            var second = await context.CallActivityAsync<string>("Hello", first + "!");
            return new[] { first, second };
        });

        Equal(await script.StartAsync(), new ActivityScheduled("Hello", "\"Tokyo\"") { TaskId = 0 });
        Equal(await script.TurnAsync(new TaskCompleted(0, "\"a\"")), new ActivityScheduled("Hello", "\"a!\"") { TaskId = 1 });
        Equal(await script.TurnAsync(new TaskCompleted(1, "\"b\"")), Completed(2, """["a","b"]"""));
    }

    [Fact]
    public async Task CallActivity_FanOut_TakesAnswersInAnyOrder()
    {
        using var script = new OrchestrationScript(async context =>
            await Task.WhenAll(Enumerable.Range(0, 3).Select(i => context.CallActivityAsync<int>("Square", i))));

        Equal(
            await script.StartAsync(),
            new ActivityScheduled("Square", "0") { TaskId = 0 },
            new ActivityScheduled("Square", "1") { TaskId = 1 },
            new ActivityScheduled("Square", "2") { TaskId = 2 });
        Assert.Empty(await script.TurnAsync(new TaskCompleted(2, "4")));
        Equal(await script.TurnAsync(new TaskCompleted(0, "0"), new TaskCompleted(1, "1")), Completed(3, "[0,1,4]"));
    }

    [Fact]
    public async Task CallActivity_FanOutOf500InOneTurn_Completes()
    {
        using var script = new OrchestrationScript(async context =>
            (await Task.WhenAll(Enumerable.Range(0, 500).Select(i => context.CallActivityAsync<int>("Square", i)))).Sum());

        Assert.Equal(500, (await script.StartAsync()).Count);
        Equal(
            await script.TurnAsync([.. Enumerable.Range(0, 500).Select(i => new TaskCompleted(i, "2"))]),
            Completed(500, "1000"));
    }

    [Fact]
    public async Task CallActivity_WithRecords_WritesPascalCaseAndReadsAnyCase()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var order = context.GetInput<Order>()!;
            return await context.CallActivityAsync<Order>("Double", order);
        });

        Equal(
            await script.StartAsync("""{"item":"tea","count":2}"""),
            new ActivityScheduled("Double", """{"Item":"tea","Count":2}""") { TaskId = 0 });
        Equal(
            await script.TurnAsync(new TaskCompleted(0, """{"ITEM":"tea","count":4}""")),
            Completed(1, """{"Item":"tea","Count":4}"""));
    }

    [Fact]
    public async Task CallActivity_WithVersionAndTags_PassesThem()
    {
        using var script = new OrchestrationScript(async context =>
        {
            await context.CallActivityAsync("A", 1, new TaskOptions(tags: new Dictionary<string, string> { ["k"] = "v" }) { Version = "2" });
            await context.CallActivityAsync("B");
            return null;
        });

        Equal(
            await script.TurnAsync(Started() with { Version = "1" }),
            new ActivityScheduled("A", "1") { TaskId = 0, Version = "2", Tags = new Dictionary<string, string> { ["k"] = "v" } });
        Equal(await script.TurnAsync(new TaskCompleted(0, null)), new ActivityScheduled("B", null) { TaskId = 1, Version = "1" });
    }

    [Fact]
    public async Task CallActivity_Fails_ThrowsWithTheDetailsOfTheFailure()
    {
        TaskFailedException? caught = null;
        using var script = new OrchestrationScript(async context =>
        {
            caught = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("Boom"));
            return caught.Message;
        });
        await script.StartAsync();

        var failure = new Failure("System.FormatException", "Payment: declined", "at X", new Failure("System.IO.IOException", "disk"));
        Equal(
            await script.TurnAsync(new TaskFailed(0, failure)),
            Completed(1, "\"Task \\u0027Boom\\u0027 (#0) failed with an unhandled exception: Payment: declined\""));
        Assert.Equal("Boom", caught!.TaskName);
        Assert.Equal(0, caught.TaskId);
        Assert.Equal(
            new TaskFailureDetails("System.FormatException", "Payment: declined", "at X", new("System.IO.IOException", "disk", null, null, null), null),
            caught.FailureDetails);
        Assert.True(caught.FailureDetails.IsCausedBy<FormatException>());
    }

    [Fact]
    public async Task CallActivity_FailsUnhandled_FailsTheInstanceWithTheRealText()
    {
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("Boom"));
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new TaskFailed(0, new("System.InvalidOperationException", "boom x"))),
            new ExecutionCompleted(
                ExecutionOutcome.Failed,
                "Microsoft.DurableTask.TaskFailedException: Task 'Boom' (#0) failed with an unhandled exception: boom x",
                new(
                    "Microsoft.DurableTask.TaskFailedException",
                    "Task 'Boom' (#0) failed with an unhandled exception: boom x",
                    Inner: new("System.InvalidOperationException", "boom x")))
            { TaskId = 1 });
    }

    [Fact]
    public async Task CallActivity_ResultOfAnotherType_FailsTheInstanceWithTheJsonError()
    {
        using var script = new OrchestrationScript(async context => await context.CallActivityAsync<int>("A"));
        await script.StartAsync();

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new TaskCompleted(0, "\"text\""))));
        Assert.StartsWith("System.Text.Json.JsonException: The JSON value could not be converted to System.Int32.", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallActivity_OptionsGivenAsInput_AreRefused()
    {
        using var script = OrchestrationScript.Of(context => context.CallActivityAsync("A", (object)new TaskOptions()));

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync()));
        Assert.Equal(
            "System.ArgumentException: A TaskOptions value was provided for the activity input but no value was provided for options. Did you actually mean to provide a TaskOptions value for the options parameter? (Parameter 'input')",
            end.Output);
    }

    [Fact]
    public async Task CallActivity_NotAwaited_KeepsTheInstanceRunningUntilItIsDone()
    {
        using var script = new OrchestrationScript(context =>
        {
            _ = context.CallActivityAsync("Slow");
            return Task.FromResult<object?>("done");
        });

        Equal(await script.StartAsync(), new ActivityScheduled("Slow", null) { TaskId = 0 });
        Equal(await script.TurnAsync(new TaskCompleted(0, null)), Completed(1, "\"done\""));
    }

    [Fact]
    public async Task TaskCompleted_UnknownOrTwice_IsIgnored()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var first = await context.CallActivityAsync<int>("A");
            return first + await context.CallActivityAsync<int>("B");
        });
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new TaskCompleted(7, "1"), new TaskCompleted(0, "1"), new TaskCompleted(0, "5")),
            new ActivityScheduled("B", null) { TaskId = 1 });
        Assert.Empty(await script.TurnAsync(new TaskCompleted(0, "9"), new TimerFired(0)));
        Equal(await script.TurnAsync(new TaskCompleted(1, "2")), Completed(2, "3"));
    }
}
