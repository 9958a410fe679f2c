using Orchestrator.TestKit.Time;

namespace Orchestrator.Cli.Tests.TestKit;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Advance_WithoutTimers_MovesBothClocks()
    {
        var since = _time.GetTimestamp();

        _time.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 1, 30, TimeSpan.Zero), _time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(90), _time.GetElapsedTime(since));
    }

    [Fact]
    public void Advance_SeveralTimersDue_FiresThemInOrderOfDueTimeThenCreation()
    {
        var fired = new List<string>();
        using var late = Timer("late", 3, fired);
        using var early = Timer("early", 1, fired);
        using var alsoLate = Timer("also late", 3, fired);
        using var notYet = Timer("not yet", 4, fired);

        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["early at 1", "late at 3", "also late at 3"], fired);
        Assert.Equal(1, _time.ArmedTimers);
        Assert.Equal(TimeSpan.FromSeconds(1), _time.NextDue);
    }

    [Fact]
    public void Advance_PeriodicTimer_FiresOncePerPeriod()
    {
        var count = 0;
        using var timer = _time.CreateTimer(_ => count++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(3, count);
    }

    [Fact]
    public void Advance_DisposedTimer_DoesNotFire()
    {
        var count = 0;
        var timer = _time.CreateTimer(_ => count++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        timer.Dispose();

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, count);
        Assert.False(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    [Fact]
    public void Advance_Negative_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.FromTicks(-1)));

    [Fact]
    public async Task Advance_AwaitedDelay_CompletesIt()
    {
        var delay = Task.Delay(TimeSpan.FromHours(1), _time);
        await _time.WhenArmedAsync(1);

        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.False(delay.IsCompleted);

        _time.Advance(TimeSpan.FromMinutes(1));
        await delay;
    }

    [Fact]
    public async Task WhenArmedAsync_TimerArmedLater_Completes()
    {
        var armed = _time.WhenArmedAsync(1);
        Assert.False(armed.IsCompleted);

        using var timer = _time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        await armed;
    }

    [Fact]
    public async Task CreateTimer_DueAtOnce_FiresWithoutAdvance()
    {
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        using var timer = _time.CreateTimer(_ => fired.SetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task;
    }

    [Fact]
    public void ShiftWallClock_Backwards_LeavesTimersAndTimestampAlone()
    {
        var count = 0;
        using var timer = _time.CreateTimer(_ => count++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var since = _time.GetTimestamp();

        _time.ShiftWallClock(TimeSpan.FromMinutes(-10));

        Assert.Equal(0, count);
        Assert.Equal(TimeSpan.Zero, _time.GetElapsedTime(since));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 11, 50, 0, TimeSpan.Zero), _time.GetUtcNow());
    }

    private ITimer Timer(string name, int seconds, List<string> fired)
    {
        var since = _time.GetTimestamp();
        return _time.CreateTimer(
            _ => fired.Add($"{name} at {_time.GetElapsedTime(since).TotalSeconds}"), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }
}
