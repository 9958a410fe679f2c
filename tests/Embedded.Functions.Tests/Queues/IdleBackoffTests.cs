using Embedded.Functions.Queues;

namespace Embedded.Functions.Tests.Queues;

public sealed class IdleBackoffTests
{
    [Fact]
    public void Next_WhileIdle_DoublesUpToTheMaximum()
    {
        var backoff = new IdleBackoff(TimeSpan.FromSeconds(1), () => 0.5);

        Assert.Equal([100, 200, 400, 800, 1000, 1000], Pauses(backoff, 6));
    }

    [Theory]
    [InlineData(0.0, 80, 160)]
    [InlineData(1.0, 120, 240)]
    public void Next_IsDrawnFromTwentyPercentAround(double random, int first, int second) =>
        Assert.Equal([first, second], Pauses(new IdleBackoff(TimeSpan.FromSeconds(1), () => random), 2));

    [Fact]
    public void Next_NeverPassesTheMaximum() =>
        Assert.Equal([100, 100], Pauses(new IdleBackoff(TimeSpan.FromMilliseconds(100), () => 1), 2));

    [Fact]
    public void Reset_BeginsAnew()
    {
        var backoff = new IdleBackoff(TimeSpan.FromSeconds(1), () => 0.5);
        Pauses(backoff, 3);

        backoff.Reset();

        Assert.Equal([100], Pauses(backoff, 1));
    }

    private static int[] Pauses(IdleBackoff backoff, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (int)Math.Round(backoff.Next().TotalMilliseconds))];
}
