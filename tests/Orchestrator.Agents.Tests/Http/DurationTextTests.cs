using Orchestrator.Agents.Http;

namespace Orchestrator.Agents.Tests.Http;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("PT5S", 5)]
    [InlineData("PT1M30S", 90)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("P1D", 86_400)]
    [InlineData("00:00:05", 5)]
    [InlineData("01:00:00", 3_600)]
    [InlineData("1.00:00:00", 86_400)]
    public void TryParse_Duration_IsIt(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), DurationText.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5s")]
    [InlineData("PT")]
    [InlineData("PT99999999999999999999S")]
    [InlineData("25:00:00")]
    public void TryParse_NoDuration_IsNull(string text) => Assert.Null(DurationText.TryParse(text));
}
