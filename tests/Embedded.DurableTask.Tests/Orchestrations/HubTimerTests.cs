using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask.Client;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Time;

namespace Embedded.DurableTask.Tests.Orchestrations;

/// <summary>Orchestrations: timers of any length with cancellation, on a hub and across its owners. None fires early.</summary>
public sealed class HubTimerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan Years = TimeSpan.FromDays(30 * 365);

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(0, false)]
    [InlineData(1000, false)]
    [InlineData(0, true)]
    public async Task Timer_OfThirtyYears_FiresThenAndNotBefore(int sessions, bool restart)
    {
        await using var app = await AppAsync(sessions);
        var due = _time.GetUtcNow() + Years;
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Sleep", due.UtcDateTime);
        await app.Client.WaitForInstanceStartAsync(id);
        if (restart)
        {
            await app.RestartAsync();
        }

        await PassAsync(app, Years - TimeSpan.FromMilliseconds(1));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await app.Client.GetInstanceAsync(id))!.RuntimeStatus);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(due.UtcDateTime, (await app.EndOfAsync(id)).ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task Timer_ThatWasDueWhileNobodyOwnedTheHub_FiresAtTheStart()
    {
        await using var app = await AppAsync(sessions: 0);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Sleep", (_time.GetUtcNow() + Years).UtcDateTime);
        await app.Client.WaitForInstanceStartAsync(id);

        await app.StopAsync();
        _time.ShiftWallClock(Years * 2);
        await app.StartAsync();
        Assert.Equal(_time.GetUtcNow().UtcDateTime, (await app.EndOfAsync(id)).ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task Timer_InThePast_FiresAtOnce()
    {
        await using var app = await AppAsync(sessions: 0);

        Assert.Equal(_time.GetUtcNow().UtcDateTime, (await app.RunAsync("Sleep", DateTime.UnixEpoch)).ReadOutputAs<DateTime>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Timer_ToTheEndOfTime_CanBeCancelled_AndNobodyWaitsForItThen(int sessions)
    {
        await using var app = await AppAsync(sessions);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Alarm");
        await app.Client.WaitForInstanceStartAsync(id);
        await app.RestartAsync();

        await app.Client.RaiseEventAsync(id, "Off");
        Assert.Equal("off", (await app.EndOfAsync(id)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(true, "in time")]
    [InlineData(false, "A task was canceled.")]
    public async Task Event_WithATimeOut_ArrivesInTimeOrNotAtAll(bool inTime, string outcome)
    {
        await using var app = await AppAsync(sessions: 0);
        var id = await app.Client.ScheduleNewOrchestrationInstanceAsync("Patience");
        await app.Client.WaitForInstanceStartAsync(id);

        await PassAsync(app, TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1));
        if (inTime)
        {
            await app.Client.RaiseEventAsync(id, "Answer", "in time");
        }
        else
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(outcome, (await app.EndOfAsync(id)).ReadOutputAs<string>());
    }

    /// <summary>Lets time pass, and has the hub notice: it looks at its clock for a timer of another instance.</summary>
    private async Task PassAsync(AppHub app, TimeSpan by)
    {
        _time.ShiftWallClock(by);
        await app.RunAsync("Sleep", DateTime.UnixEpoch);
    }

    private Task<AppHub> AppAsync(int sessions) => new AppHub(azurite, sessions, _time)
        .Orchestrator("Sleep", async context =>
        {
            await context.CreateTimer(context.GetInput<DateTime>(), CancellationToken.None);
            return context.CurrentUtcDateTime;
        })
        .Orchestrator("Alarm", async context =>
        {
            using var off = new CancellationTokenSource();
            var alarm = context.CreateTimer(DateTime.MaxValue, off.Token);
            await Task.WhenAny(alarm, context.WaitForExternalEvent<object>("Off"));
            off.Cancel();
            return alarm.IsCanceled ? "off" : "ringing";
        })
        .Orchestrator("Patience", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("Answer", TimeSpan.FromDays(1));
            }
            catch (TaskCanceledException late)
            {
                return late.Message;
            }
        })
        .StartAsync();
}
