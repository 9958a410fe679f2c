using Embedded.DurableTask.Client;
using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>
/// Client: wait for start and completion, raise, terminate, suspend, resume, restart; and a finished instance takes no more. On
/// real storage, with sessions and without, in memory and after a restart.
/// </summary>
public sealed class InstanceLifecycleTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Suspended_HoldsEventsAndResultsBack_AlsoAcrossARestart_UntilResumed(int sessions)
    {
        var gate = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await new AppHub(azurite, sessions)
            .Activity<string>("Hold", _ => gate.Task)
            .Orchestrator("Main", async context =>
            {
                var held = context.CallActivityAsync<string>("Hold");
                var first = await context.WaitForExternalEvent<string>("Go");
                context.SetCustomStatus("went");
                return first + await held;
            })
            .StartAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Main");
        await app.StatusIsAsync(id, OrchestrationRuntimeStatus.Running);

        await app.Client.SuspendInstanceAsync(id, "wait");
        await app.StatusIsAsync(id, OrchestrationRuntimeStatus.Suspended);
        await app.Client.RaiseEventAsync(id, "Go", "a");
        gate.SetResult("b");
        await app.RestartAsync();
        await app.Client.SuspendInstanceAsync(id, "again");

        var suspended = (await app.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!;
        Assert.Equal((OrchestrationRuntimeStatus.Suspended, null), (suspended.RuntimeStatus, suspended.SerializedCustomStatus));
        await app.Client.ResumeInstanceAsync(id, "go on");
        var ended = await app.EndOfAsync(id);
        Assert.Equal(("ab", "went"), (ended.ReadOutputAs<string>(), ended.ReadCustomStatusAs<string>()));
    }

    [Fact]
    public async Task Suspended_CanBeTerminated()
    {
        await using var app = await TreeAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Leaf");
        await app.Client.SuspendInstanceAsync(id);
        await app.StatusIsAsync(id, OrchestrationRuntimeStatus.Suspended);

        await app.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough"));
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), StateOf(await app.EndOfAsync(id)));
    }

    [Fact]
    public async Task Terminated_Recursively_EndsTheWholeTree()
    {
        await using var app = await TreeAsync();
        await StartTreeAsync(app);

        await app.Client.TerminateInstanceAsync("top", new TerminateInstanceOptions("enough", Recursive: true));
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), StateOf(await app.EndOfAsync("top")));
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, null), StateOf(await app.EndOfAsync("middle")));
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, null), StateOf(await app.EndOfAsync("leaf")));
    }

    [Fact]
    public async Task Terminated_AndNotRecursively_LeavesTheChildrenToThemselves()
    {
        await using var app = await TreeAsync();
        await StartTreeAsync(app);

        await app.Client.TerminateInstanceAsync("top", (object)"enough");
        await app.EndOfAsync("top");
        await app.Client.RaiseEventAsync("leaf", "Go", "leaf");
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "leaf middle"), StateOf(await app.EndOfAsync("middle")));
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), StateOf(await app.EndOfAsync("top")));
    }

    [Fact]
    public async Task Child_Terminated_FailsItsParentAsTheRealOneDoes()
    {
        await using var app = await TreeAsync();
        await StartTreeAsync(app);

        await app.Client.TerminateInstanceAsync("leaf", (object)"enough");
        var middle = await app.EndOfAsync("middle");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, middle.RuntimeStatus);
        Assert.Equal("Microsoft.DurableTask.TaskFailedException: Task 'Leaf' (#0) failed with an unhandled exception: \"enough\"", middle.SerializedOutput);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Finished_TakesNoMore_InMemoryAndInStorage(bool restart)
    {
        await using var app = await TreeAsync();
        await app.RunAsync("Done", null, new StartOrchestrationOptions("completed"));
        await app.RunAsync("Fails", null, new StartOrchestrationOptions("failed"));
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Leaf", new StartOrchestrationOptions("terminated"));
        await app.Client.TerminateInstanceAsync("terminated");
        await app.EndOfAsync("terminated");
        if (restart)
        {
            await app.RestartAsync();
        }

        foreach (var id in new[] { "completed", "failed", "terminated" })
        {
            var before = (await app.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!.ToString();
            await RefusedAsync("FailedPrecondition", () => app.Client.RaiseEventAsync(id, "Go", "x"));
            await RefusedAsync("FailedPrecondition", () => app.Client.TerminateInstanceAsync(id, (object)"x"));
            await RefusedAsync("FailedPrecondition", () => app.Client.SuspendInstanceAsync(id));
            await RefusedAsync("FailedPrecondition", () => app.Client.ResumeInstanceAsync(id));
            Assert.Equal(before, (await app.Client.GetInstanceAsync(id, getInputsAndOutputs: true))!.ToString());
        }
    }

    [Fact]
    public async Task Unknown_IsNotFound()
    {
        await using var app = await TreeAsync();

        await RefusedAsync("NotFound", () => app.Client.RaiseEventAsync("nobody", "Go"));
        await RefusedAsync("NotFound", () => app.Client.TerminateInstanceAsync("nobody"));
        await RefusedAsync("NotFound", () => app.Client.SuspendInstanceAsync("nobody"));
        await RefusedAsync("NotFound", () => app.Client.ResumeInstanceAsync("nobody"));
        await RefusedAsync("NotFound", () => app.Client.WaitForInstanceStartAsync("nobody"));
        await RefusedAsync("NotFound", () => app.Client.WaitForInstanceCompletionAsync("nobody"));
        Assert.Null(await app.Client.GetInstanceAsync("nobody"));
        Assert.Equal(0, (await app.Client.PurgeInstanceAsync("nobody")).PurgedInstanceCount);
    }

    [Fact]
    public async Task Wait_ForStartAndCompletion_GivesTheInstanceAsItIsThen()
    {
        await using var app = await TreeAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Leaf", "input");

        var started = await app.Client.WaitForInstanceStartAsync(id, getInputsAndOutputs: true).WithinLimitAsync("it starts");
        Assert.Equal((OrchestrationRuntimeStatus.Running, "input"), (started.RuntimeStatus, started.ReadInputAs<string>()));
        var ending = app.Client.WaitForInstanceCompletionAsync(id);
        Assert.False(ending.IsCompleted);
        await app.Client.RaiseEventAsync(id, "Go", "x");
        Assert.Equal((OrchestrationRuntimeStatus.Completed, null), StateOf(await ending.WithinLimitAsync("it ends")));

        // One that storage alone knows is told of at once.
        await app.RestartAsync();
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "leaf x"), StateOf(await app.EndOfAsync(id)));
        Assert.True((await app.Client.WaitForInstanceStartAsync(id)).IsCompleted);
    }

    [Fact]
    public async Task Wait_Cancelled_Ends()
    {
        await using var app = await TreeAsync();
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Leaf");
        using var hurry = new CancellationTokenSource();
        var ending = app.Client.WaitForInstanceCompletionAsync(id, hurry.Token);

        await hurry.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ending.WithinLimitAsync("the wait ends"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restart_OfAFinishedInstance_RunsItAgainWithWhatItWasStartedWith(bool fromStorage)
    {
        await using var app = await TreeAsync();
        var options = new StartOrchestrationOptions("first") { Version = "1.2", Tags = new Dictionary<string, string> { ["k"] = "v" } };
        Assert.Equal("Done 7 1.2", (await app.RunAsync("Done", 7, options)).ReadOutputAs<string>());
        if (fromStorage)
        {
            await app.RestartAsync();
        }

        var otherId = await app.Client.RestartAsync("first", restartWithNewInstanceId: true);
        Assert.NotEqual("first", otherId);
        Assert.Equal("first", await app.Client.RestartAsync("first"));
        foreach (var id in new[] { otherId, "first" })
        {
            var ended = await app.EndOfAsync(id);
            Assert.Equal(("Done 7 1.2", "v"), (ended.ReadOutputAs<string>(), ended.Tags["k"]));
        }
    }

    [Fact]
    public async Task Restart_OfOneThatHasNotEnded_NeedsANewId()
    {
        await using var app = await TreeAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Leaf", new StartOrchestrationOptions("a"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => app.Client.RestartAsync("a"));
        Assert.Equal("An orchestration with the instanceId a cannot be restarted.", error.Message);
        await app.StatusIsAsync(await app.Client.RestartAsync("a", restartWithNewInstanceId: true), OrchestrationRuntimeStatus.Running);
    }

    private static (OrchestrationRuntimeStatus, string?) StateOf(OrchestrationMetadata instance) =>
        (instance.RuntimeStatus, instance.SerializedOutput is null ? null : instance.ReadOutputAs<string>());

    private static async Task RefusedAsync(string status, Func<Task> request)
    {
        var error = await Assert.ThrowsAsync<TaskHubRequestException>(() => request().WithinLimitAsync("the request is refused"));
        Assert.StartsWith($"Status(StatusCode=\"{status}\"", error.Message, StringComparison.Ordinal);
    }

    private static async Task StartTreeAsync(AppHub app)
    {
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Top", new StartOrchestrationOptions("top"));
        await app.StatusIsAsync("leaf", OrchestrationRuntimeStatus.Running);
    }

    /// <summary>Top calls Middle, which calls Leaf, which waits for an event.</summary>
    private Task<AppHub> TreeAsync() => new AppHub(azurite, sessions: 0)
        .Orchestrator("Top", async context => $"{await context.CallSubOrchestratorAsync<string>("Middle", new SubOrchestrationOptions(instanceId: "middle"))} top")
        .Orchestrator("Middle", async context => $"{await context.CallSubOrchestratorAsync<string>("Leaf", new SubOrchestrationOptions(instanceId: "leaf"))} middle")
        .Orchestrator("Leaf", async context => await context.WaitForExternalEvent<string>("Go") is "leaf" ? "leaf" : "leaf x")
        .Orchestrator("Done", context => Task.FromResult<object?>($"{context.Name} {context.GetInput<int>()} {context.Version}"))
        .Orchestrator("Fails", _ => throw new FormatException("bad"))
        .StartAsync();
}
