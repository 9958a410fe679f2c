namespace Orchestrator.Core.Tests;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("PT5S", 5)]
    [InlineData("PT1M30S", 90)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("P1D", 86_400)]
    [InlineData("00:00:05", 5)]
    [InlineData("01:00:00", 3_600)]
    [InlineData("1.00:00:00", 86_400)]
    public void TryParse_Duration_IsIt(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("PT")]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("PT99999999999999999999S")]
    [InlineData("-PT1S")]
    [InlineData("25:00:00")]
    public void TryParse_NoDuration_IsRefused(string? text) => Assert.False(Durations.TryParse(text, out _));

    [Fact]
    public void ToText_Duration_ReadsBack() => Assert.Equal("PT1M30S", Durations.ToText(TimeSpan.FromSeconds(90)));
}
