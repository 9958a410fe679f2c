using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class ContinueAsNewTests
{
    [Fact]
    public async Task ContinueAsNew_CarriesOverWhatWasNotAwaited_InOrderOfArrival()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await context.WaitForExternalEvent<int>("Go");
            context.ContinueAsNew(context.GetInput<int>() + 1);
        });
        await script.TurnAsync(Started("1"), new EventRaised("B", "1"), new EventRaised("A", "2"));

        Equal(
            await script.TurnAsync(new EventRaised("B", "3"), new EventRaised("Go", null), new EventRaised("Go", "4")),
            new ContinuedAsNew("2", [new("B", "1"), new("A", "2"), new("B", "3"), new("Go", "4")]) { TaskId = 0 });
    }

    [Fact]
    public async Task ContinueAsNew_WithoutPreserving_DropsWhatHadArrivedBefore()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await context.WaitForExternalEvent<int>("Go");
            context.ContinueAsNew(preserveUnprocessedEvents: false);
        });
        await script.TurnAsync(Started(), new EventRaised("A", "1"));

        Equal(
            await script.TurnAsync(new EventRaised("Go", "0"), new EventRaised("A", "2")),
            new ContinuedAsNew(null, [new("A", "2")]) { TaskId = 0 });
    }

    [Fact]
    public async Task ContinueAsNew_WithAVersion_TakesIt()
    {
        using var script = OrchestrationScript.Of(context =>
        {
            context.ContinueAsNew(new ContinueAsNewOptions { NewInput = "x", NewVersion = "2" });
            return Task.CompletedTask;
        });

        Equal(await script.TurnAsync(Started() with { Version = "1" }), new ContinuedAsNew("\"x\"", []) { TaskId = 0, Version = "2" });
    }

    [Fact]
    public async Task ContinueAsNew_ThenWorkGoesOn_EndsWhenTheCodeEnds()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            context.ContinueAsNew("next");
            await context.CallActivityAsync("A");
        });

        Equal(await script.StartAsync(), new ActivityScheduled("A", null) { TaskId = 0 });
        Assert.Empty(await script.TurnAsync(new EventRaised("E", "1")));
        Equal(await script.TurnAsync(new TaskCompleted(0, null)), new ContinuedAsNew("\"next\"", [new("E", "1")]) { TaskId = 1 });
    }

    [Fact]
    public async Task ContinueAsNew_ThenTheCodeThrows_Fails()
    {
        using var script = OrchestrationScript.Of(context =>
        {
            context.ContinueAsNew();
            throw new FormatException("bad");
        });

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync()));
        Assert.Equal((ExecutionOutcome.Failed, "System.FormatException: bad"), (end.Outcome, end.Output));
    }
}
