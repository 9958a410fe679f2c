using Embedded.Functions.Timers;

namespace Embedded.Functions.Tests.Timers;

public sealed class TimerScheduleTests
{
    [Theory]
    [InlineData("*/5 * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z")]
    [InlineData("*/5 * * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:00:05Z")]
    [InlineData("0 30 9 * * Mon-Fri", "2026-01-02T09:30:00Z", "2026-01-05T09:30:00Z")]
    [InlineData("0 0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData(" 0  0 * * * ", "2026-01-01T12:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("00:00:10", "2026-01-01T00:00:03Z", "2026-01-01T00:00:13Z")]
    [InlineData("1.00:00:00", "2026-01-01T00:00:03Z", "2026-01-02T00:00:03Z")]
    public void Next_AfterATime_IsTheFirstOccurrence(string expression, string after, string expected)
    {
        var schedule = TimerSchedule.Parse(expression, out var fault);

        Assert.Null(fault);
        Assert.Equal(At(expected), schedule!.Next(At(after)));
    }

    [Fact]
    public void Next_OfADayThatNeverComes_IsNone() => Assert.Null(TimerSchedule.Parse("0 0 30 2 *", out _)!.Next(At("2026-01-01T00:00:00Z")));

    [Theory]
    [InlineData("", "it has 0 fields; a cron expression has five or six (seconds first)")]
    [InlineData("* * * *", "it has 4 fields; a cron expression has five or six (seconds first)")]
    [InlineData("00:00:00", "the time between two runs must be more than zero")]
    [InlineData("-00:00:01", "the time between two runs must be more than zero")]
    [InlineData("x * * * *", "'x' is not a valid [Minute] crontab field expression")]
    public void Parse_OfWhatIsNoSchedule_TellsWhy(string expression, string expected)
    {
        Assert.Null(TimerSchedule.Parse(expression, out var fault));
        Assert.Equal(expected, fault);
    }

    [Theory]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("* * * * *", false)]
    [InlineData("00:00:59", true)]
    [InlineData("00:01:00", false)]
    [InlineData("0 0 30 2 *", false)]
    public void IsDenserThan_AMinute_TellsWhetherTwoRunsAreCloser(string expression, bool expected) =>
        Assert.Equal(expected, TimerSchedule.Parse(expression, out _)!.IsDenserThan(TimeSpan.FromMinutes(1), At("2026-01-01T00:00:00Z")));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text);
}
