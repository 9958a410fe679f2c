namespace Orchestrator.Core.Tests;

public sealed class IsoTimeTests
{
    [Theory]
    [InlineData("2026-11-22T12:00:00Z")]
    [InlineData("2026-11-22T13:00:00.0000000+01:00")]
    [InlineData("2026-11-22T07:00-05:00")]
    public void TryParse_TimeWithOffset_IsUtc(string text)
    {
        Assert.True(IsoTime.TryParse(text, out var time));
        Assert.Equal((new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero), TimeSpan.Zero), (time, time.Offset));
    }

    [Theory]
    [InlineData("2026-11-22T12:00:00")]
    [InlineData("2026-11-22")]
    [InlineData("22.11.2026 12:00 +01:00")]
    [InlineData("2026-02-30T12:00:00Z")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(IsoTime.TryParse(text, out _));
}
