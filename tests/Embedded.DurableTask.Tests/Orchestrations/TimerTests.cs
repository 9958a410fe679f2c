using Embedded.DurableTask.History;
using Embedded.DurableTask.Tests.Running;
using static Embedded.DurableTask.Tests.Running.OrchestrationScript;

namespace Embedded.DurableTask.Tests.Orchestrations;

public sealed class TimerTests
{
    [Fact]
    public async Task CreateTimer_Fires_GoesOn()
    {
        using var script = new OrchestrationScript(async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(40), CancellationToken.None);
            return context.CurrentUtcDateTime;
        });

        Equal(await script.StartAsync(), new TimerCreated(Begin.AddDays(40)) { TaskId = 0 });
        script.Now = Begin.AddDays(40);
        Equal(await script.TurnAsync(new TimerFired(0)), Completed(1, "\"2026-02-10T12:00:00Z\""));
    }

    [Fact]
    public async Task CreateTimer_Cancelled_ThrowsAndIgnoresItsFiring()
    {
        using var script = new OrchestrationScript(async context =>
        {
            using var cancellation = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
            var work = context.CallActivityAsync<string>("A");
            if (await Task.WhenAny(timer, work) == work)
            {
                cancellation.Cancel();
            }

            await Assert.ThrowsAsync<TaskCanceledException>(() => timer);
            await context.CallActivityAsync("B");
            return await work;
        });

        Equal(await script.StartAsync(), new TimerCreated(Begin.AddHours(1)) { TaskId = 0 }, new ActivityScheduled("A", null) { TaskId = 1 });
        Equal(await script.TurnAsync(new TaskCompleted(1, "\"x\"")), new ActivityScheduled("B", null) { TaskId = 2 });
        Assert.Empty(await script.TurnAsync(new TimerFired(0)));
        Equal(await script.TurnAsync(new TaskCompleted(2, null)), Completed(3, "\"x\""));
    }

    [Fact]
    public async Task CreateTimer_TokenCancelledBefore_ThrowsAtOnce()
    {
        using var script = OrchestrationScript.Of(async context =>
            await Assert.ThrowsAsync<TaskCanceledException>(() => context.CreateTimer(TimeSpan.FromHours(1), new CancellationToken(canceled: true))));

        Equal(await script.StartAsync(), new TimerCreated(Begin.AddHours(1)) { TaskId = 0 }, Completed(1));
    }

    [Fact]
    public async Task CreateTimer_NotCancelledWhenTheCodeEnds_KeepsTheInstanceRunning()
    {
        using var script = new OrchestrationScript(async context =>
        {
            var timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            await Task.WhenAny(timer, context.CallActivityAsync("A"));
            return null;
        });
        await script.StartAsync();

        Assert.Empty(await script.TurnAsync(new TaskCompleted(1, null)));
        Equal(await script.TurnAsync(new TimerFired(0)), Completed(2));
    }
}
