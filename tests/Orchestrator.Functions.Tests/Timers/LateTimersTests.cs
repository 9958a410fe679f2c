using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Timers;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Timers;

public sealed class LateTimersTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestMeters _meters = new();

    public void Dispose() => _meters.Dispose();

    [Theory]
    [InlineData("00:00:07", true, false)]
    [InlineData("00:04:59.9999999", true, false)]
    [InlineData("00:05:00", true, true)]
    [InlineData("2.00:00:00", true, true)]
    [InlineData("00:04:59.9999999", false, false)]
    [InlineData("00:05:00", false, true)]
    [InlineData("-01:00:00", false, false)]
    public void Look_BegunSomeTimeAfterItsTime_LateFromFiveMinutesOnWhateverTheHostCallsIt(string after, bool isPastDue, bool isLate)
    {
        var due = Now - TimeSpan.Parse(after, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(isLate, IsLate(new TimerInfo { IsPastDue = isPastDue, ScheduleStatus = new ScheduleStatus { Next = due.UtcDateTime } }));
    }

    [Theory]
    [InlineData("2026-07-01T11:55:00Z", true)]
    [InlineData("2026-07-01T11:55:01Z", false)]
    [InlineData("2026-07-01T13:55:00+02:00", true)]
    [InlineData("2026-07-01T13:55:01+02:00", false)]
    [InlineData("2026-07-01T06:25:00-05:30", true)]
    [InlineData("2026-07-01T06:25:01-05:30", false)]
    [InlineData("0001-01-01T00:00:00", false)]
    [InlineData("9999-12-31T23:59:59.9999999Z", false)]
    public void Look_TimeAsItComesFromTheHost_TakenByItsOffset(string next, bool isLate) =>
        Assert.Equal(isLate, IsLate(JsonSerializer.Deserialize<TimerInfo>($$"""{"IsPastDue":true,"ScheduleStatus":{"Next":"{{next}}"} }""")));

    [Theory]
    [InlineData(DateTimeKind.Local)]
    [InlineData(DateTimeKind.Unspecified)]
    public void Look_TimeWithoutAnOffset_IsLocal(DateTimeKind kind)
    {
        var due = DateTime.SpecifyKind((Now - LateTimers.Tolerance).LocalDateTime, kind);

        Assert.True(IsLate(new TimerInfo { ScheduleStatus = new ScheduleStatus { Next = due } }));
        Assert.False(IsLate(new TimerInfo { ScheduleStatus = new ScheduleStatus { Next = due.AddSeconds(1) } }));
    }

    [Theory]
    [InlineData(DateTimeKind.Utc)]
    [InlineData(DateTimeKind.Local)]
    public void Look_NoNextTime_NotLate(DateTimeKind kind) =>
        Assert.False(IsLate(new TimerInfo { IsPastDue = true, ScheduleStatus = new ScheduleStatus { Next = DateTime.SpecifyKind(default, kind) } }));

    [Fact]
    public void Look_NoAccountIsKept_NotLate()
    {
        Assert.False(IsLate(new TimerInfo { IsPastDue = true }));
        Assert.False(IsLate(run: null));
    }

    [Fact]
    public void AreWatched_OnlyIfSomebodyListens()
    {
        Assert.True(Late(_meters).AreWatched);
        Assert.False(Late(new Meters()).AreWatched);
    }

    private bool IsLate(TimerInfo? run)
    {
        var before = Counted().Count;
        Late(_meters).Look("T", run);
        var counted = Counted().Skip(before).ToList();
        Assert.All(counted, line => Assert.Equal("timers.late 1 timer=T", line));
        return counted.Count == 1;
    }

    private IReadOnlyList<string> Counted() => _meters.Of(OrchestratorMetrics.LateTimersName);

    private static LateTimers Late(System.Diagnostics.Metrics.IMeterFactory meters) => new(new OrchestratorMetrics(meters), new ManualTimeProvider(Now));
}
