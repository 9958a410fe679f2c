using Embedded.DurableTask.Tests.Running;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>Client: schedule with a start time. Never run before it, whoever owns the hub by then.</summary>
public sealed class ScheduledStartTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Id = "later";

    private static readonly TimeSpan Delay = TimeSpan.FromDays(400);

    private readonly ManualTimeProvider _time = new();
    private int _runs;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_WithATime_IsPendingUntilThenAndRunsThen(bool restart)
    {
        await using var app = await NewAppAsync();
        var at = _time.GetUtcNow() + Delay;
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Main", "go", new StartOrchestrationOptions(Id, at));
        if (restart)
        {
            await app.RestartAsync();
        }

        await PassAsync(app, Delay - TimeSpan.FromMilliseconds(1));
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await app.Client.GetInstanceAsync(Id))!.RuntimeStatus);
        Assert.Equal(0, _runs);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(at.UtcDateTime, (await app.EndOfAsync(Id)).ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task Start_WhoseTimeCameWhileNobodyOwnedTheHub_RunsAtTheStart()
    {
        await using var app = await NewAppAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions(Id, _time.GetUtcNow() + Delay));

        await app.StopAsync();
        _time.ShiftWallClock(Delay * 2);
        await app.StartAsync();

        Assert.Equal(_time.GetUtcNow().UtcDateTime, (await app.EndOfAsync(Id)).ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task Start_WithATimeInThePast_RunsAtOnce()
    {
        await using var app = await NewAppAsync();

        var ended = await app.RunAsync("Main", null, new StartOrchestrationOptions(Id, _time.GetUtcNow() - Delay));
        Assert.Equal(_time.GetUtcNow().UtcDateTime, ended.ReadOutputAs<DateTime>());
    }

    [Fact]
    public async Task Terminated_BeforeItsTime_EndsAtOnceAndHasRunNothing()
    {
        await using var app = await NewAppAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Main", new StartOrchestrationOptions(Id, _time.GetUtcNow() + Delay));

        await app.Client.TerminateInstanceAsync(Id, (object)"not wanted");
        var ended = await app.EndOfAsync(Id);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "not wanted"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));

        await PassAsync(app, Delay);
        Assert.Equal(0, _runs);
    }

    [Fact]
    public async Task Events_RaisedBeforeItsTime_AreThereWhenItRuns_AndWaitingForTheStartWaitsForIt()
    {
        await using var app = await NewAppAsync();
        await app.Client.ScheduleNewOrchestrationInstanceAsync("Listen", new StartOrchestrationOptions(Id, _time.GetUtcNow() + Delay));
        await app.Client.RaiseEventAsync(Id, "Answer", 42);
        var started = app.Client.WaitForInstanceStartAsync(Id);
        await PassAsync(app, Delay - TimeSpan.FromMilliseconds(1));
        Assert.False(started.IsCompleted);

        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotEqual(OrchestrationRuntimeStatus.Pending, (await started.WithinLimitAsync("it has been started")).RuntimeStatus);
        Assert.Equal(42, (await app.EndOfAsync(Id)).ReadOutputAs<int>());
    }

    /// <summary>Lets time pass, and has the hub notice: it looks at its clock for a timer of another instance.</summary>
    private async Task PassAsync(AppHub app, TimeSpan by)
    {
        _time.ShiftWallClock(by);
        await app.RunAsync("Other");
    }

    private Task<AppHub> NewAppAsync() => new AppHub(azurite, sessions: 0, _time)
        .Orchestrator("Main", context =>
        {
            _runs++;
            return Task.FromResult<object?>(context.CurrentUtcDateTime);
        })
        .Orchestrator("Listen", async context => await context.WaitForExternalEvent<int>("Answer"))
        .Orchestrator("Other", async context =>
        {
            await context.CreateTimer(DateTime.UnixEpoch, CancellationToken.None);
            return null;
        })
        .StartAsync();
}
