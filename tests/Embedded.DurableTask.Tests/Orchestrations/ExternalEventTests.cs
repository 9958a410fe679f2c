using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class ExternalEventTests
{
    [Fact]
    public async Task WaitForExternalEvent_NameInOtherCase_TakesIt()
    {
        using var script = new OrchestrationScript(async context => await context.WaitForExternalEvent<int>("Approve"));

        Assert.Empty(await script.StartAsync());
        Assert.Empty(await script.TurnAsync(new EventRaised("Other", "1")));
        Equal(await script.TurnAsync(new EventRaised("aPPROVE", "2")), Completed(0, "2"));
    }

    [Fact]
    public async Task WaitForExternalEvent_ArrivedBefore_TakesTheOldestFirst()
    {
        using var script = new OrchestrationScript(async context =>
        {
            await context.CallActivityAsync("A");
            return new[] { await context.WaitForExternalEvent<int>("E"), await context.WaitForExternalEvent<int>("E") };
        });
        await script.TurnAsync(Started(), new EventRaised("E", "1"));
        await script.TurnAsync(new EventRaised("e", "2"));

        Equal(await script.TurnAsync(new TaskCompleted(0, null)), Completed(1, "[1,2]"));
    }

    [Fact]
    public async Task WaitForExternalEvent_SeveralWaits_ServesTheLastFirst()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var first = context.WaitForExternalEvent<int>("E");
            var second = context.WaitForExternalEvent<int>("E");
            return await Task.WhenAll(first, second);
        });
        await script.StartAsync();

        Assert.Empty(await script.TurnAsync(new EventRaised("E", "1")));
        Equal(await script.TurnAsync(new EventRaised("E", "2")), Completed(0, "[2,1]"));
    }

    [Fact]
    public async Task WaitForExternalEvent_OfAnotherTypeThanAnOpenWait_Fails()
    {
        using var script = OrchestrationScript.Of(context =>
        {
            _ = context.WaitForExternalEvent<int>("E");
            return context.WaitForExternalEvent<string>("e");
        });

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync()));
        Assert.Equal(
            "System.ArgumentException: Events with the same name must have the same type argument. Expected System.Int32 but was requested System.String.",
            end.Output);
    }

    [Fact]
    public async Task WaitForExternalEvent_PayloadOfAnotherType_ThrowsTheJsonError()
    {
        using var script = new OrchestrationScript(async context => await context.WaitForExternalEvent<int>("E"));
        await script.StartAsync();

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.TurnAsync(new EventRaised("E", "\"text\""))));
        Assert.StartsWith("System.Text.Json.JsonException: ", end.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitForExternalEvent_WithTimeout_ArrivesInTime()
    {
        using var script = new OrchestrationScript(async context => await context.WaitForExternalEvent<int>("E", TimeSpan.FromMinutes(5)));

        Equal(await script.StartAsync(), new TimerCreated(Begin.AddMinutes(5)) { TaskId = 0 });
        Equal(await script.TurnAsync(new EventRaised("E", "3")), Completed(1, "3"));
    }

    [Fact]
    public async Task WaitForExternalEvent_WithTimeout_TooLate_Throws()
    {
        using var script = new OrchestrationScript(async context =>
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => context.WaitForExternalEvent<int>("E", TimeSpan.FromMinutes(5)));
            return "late";
        });
        await script.StartAsync();

        Equal(await script.TurnAsync(new TimerFired(0)), Completed(1, "\"late\""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Event_AfterACancelledWait_IsKeptOrLostAsConfigured(bool abandonedWaitsTakeEvents)
    {
        using var script = OrchestrationScript.Of(
            async context =>
            {
                await Assert.ThrowsAsync<TaskCanceledException>(() => context.WaitForExternalEvent<int>("E", TimeSpan.FromMinutes(5)));
                await context.CallActivityAsync("A");
                await context.WaitForExternalEvent<int>("E");
            },
            abandonedWaitsTakeEvents);
        await script.StartAsync();
        await script.TurnAsync(new TimerFired(0));
        await script.TurnAsync(new EventRaised("E", "1"));

        var decisions = await script.TurnAsync(new TaskCompleted(1, null));
        Assert.Equal(abandonedWaitsTakeEvents ? 0 : 1, decisions.Count);
        if (abandonedWaitsTakeEvents)
        {
            Equal(await script.TurnAsync(new EventRaised("E", "2")), Completed(2));
        }
    }

    [Fact]
    public async Task WaitForExternalEvent_Cancelled_ThrowsAndLeavesTheEventToTheNextWait()
    {
        using var script = new OrchestrationScript(async context =>
        {
            using var cancellation = new CancellationTokenSource();
            var wait = context.WaitForExternalEvent<int>("E", cancellation.Token);
            cancellation.Cancel();
            await Assert.ThrowsAsync<TaskCanceledException>(() => wait);
            return await context.WaitForExternalEvent<int>("E");
        });
        await script.StartAsync();

        Equal(await script.TurnAsync(new EventRaised("E", "4")), Completed(0, "4"));
    }

    [Fact]
    public async Task WhenAny_OverEvents_TakesTheOneThatComes()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var approve = context.WaitForExternalEvent<string>("Approve");
            var refuse = context.WaitForExternalEvent<string>("Refuse");
            return await Task.WhenAny(approve, refuse) == approve ? "approved" : "refused";
        });
        await script.StartAsync();

        Equal(await script.TurnAsync(new EventRaised("Refuse", null)), Completed(0, "\"refused\""));
    }

    [Fact]
    public async Task SendEvent_IsADecision()
    {
        using var script = new OrchestrationScript(context =>
        {
            context.SendEvent("other", "Done", new { Count = 2 });
            return Task.FromResult<object?>(null);
        });

        Equal(await script.StartAsync(), new EventSent("other", "Done", """{"Count":2}""") { TaskId = 0 }, Completed(1));
    }

    [Fact]
    public async Task SendEvent_ToAnEntity_IsRefused()
    {
        using var script = new OrchestrationScript(context =>
        {
            context.SendEvent("@counter@a", "Done", 1);
            return Task.FromResult<object?>(null);
        });

        var end = Assert.IsType<ExecutionCompleted>(Assert.Single(await script.StartAsync()));
        Assert.Equal(
            "System.ArgumentException: Instance IDs starting with '@' are reserved for entities, and must not be used for orchestrations. (Parameter 'instanceId')",
            end.Output);
    }
}
