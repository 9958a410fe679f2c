using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class SubOrchestrationTests
{
    [Fact]
    public async Task CallSubOrchestrator_WithoutId_MakesUpOneThatReplayKeeps()
    {
        using var script = new OrchestrationScript(async context =>
            await context.CallSubOrchestratorAsync<int>("Child", 3) + await context.CallSubOrchestratorAsync<int>("Child", 4));

        var first = Assert.IsType<SubOrchestrationScheduled>(Assert.Single(await script.StartAsync()));
        Assert.Equal(("Child", "3", 32), (first.Name, first.Input, first.InstanceId.Length));
        var second = Assert.IsType<SubOrchestrationScheduled>(Assert.Single(await script.TurnAsync(new TaskCompleted(0, "10"))));
        Assert.NotEqual(first.InstanceId, second.InstanceId);
        Equal(await script.TurnAsync(new TaskCompleted(1, "20")), Completed(2, "30"));
    }

    [Fact]
    public async Task CallSubOrchestrator_WithOptions_PassesThemAndNotTheVersionOfTheParent()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await context.CallSubOrchestratorAsync("Child", new TaskOptions { Version = "7" }.WithInstanceId("c1"));
            await context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions(instanceId: "c2"));
        });

        Equal(await script.TurnAsync(Started() with { Version = "1" }), new SubOrchestrationScheduled("Child", "c1", null) { TaskId = 0, Version = "7" });
        Equal(await script.TurnAsync(new TaskCompleted(0, null)), new SubOrchestrationScheduled("Child", "c2", null) { TaskId = 1 });
    }

    [Fact]
    public async Task CallSubOrchestrator_OfAnOrchestrationWithTags_HandsThemOnWithItsOwnOnTop()
    {
        using var script = OrchestrationScript.Of(async context =>
        {
            await context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions(instanceId: "c1"));
            await context.CallSubOrchestratorAsync(
                "Child", new TaskOptions(tags: new Dictionary<string, string> { ["b"] = "own", ["c"] = "new" }).WithInstanceId("c2"));
        });
        var tags = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" };

        var first = Assert.IsType<SubOrchestrationScheduled>(Assert.Single(await script.TurnAsync(Started() with { Tags = tags })));
        Assert.Equal(tags, first.Tags);
        var second = Assert.IsType<SubOrchestrationScheduled>(Assert.Single(await script.TurnAsync(new TaskCompleted(0, null))));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "own", ["c"] = "new" }, second.Tags);
    }

    [Fact]
    public async Task CallSubOrchestrator_Fails_Throws()
    {
        using var script = new OrchestrationScript(async context =>
            (await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child"))).Message);
        await script.StartAsync();

        Equal(
            await script.TurnAsync(new TaskFailed(0, new("System.Exception", "no"))),
            Completed(1, "\"Task \\u0027Child\\u0027 (#0) failed with an unhandled exception: no\""));
    }

    [Theory]
    [InlineData("@counter@a")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    public async Task CallSubOrchestrator_HostileId_IsRefused(string instanceId)
    {
        using var script = OrchestrationScript.Of(context => context.CallSubOrchestratorAsync("Child", new SubOrchestrationOptions(instanceId: instanceId)));

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync()));
        Assert.StartsWith("System.ArgumentException: Instance IDs ", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parent_OfASubOrchestration_IsTold()
    {
        using var script = new OrchestrationScript(context => Task.FromResult<object?>(context.Parent is { } parent ? $"{parent.Name} {parent.InstanceId}" : null));

        Equal(await script.TurnAsync(Started() with { Parent = new("p1", "e1", "Top", 4) }), Completed(0, "\"Top p1\""));
    }
}
