using Orchestrator.Cli.Terminal;

namespace Orchestrator.Cli.Tests.Terminal;

public sealed class DurationTests
{
    [Theory]
    [InlineData(0, "0.00 s")]
    [InlineData(9.99, "9.99 s")]
    [InlineData(10, "10.0 s")]
    [InlineData(119.9, "119.9 s")]
    [InlineData(120, "2 min")]
    public void Text_Duration_HasAFittingUnit(double seconds, string expected) => Assert.Equal(expected, Duration.Text(TimeSpan.FromSeconds(seconds)));
}
