using Embedded.DurableTask.Hostile;

namespace Embedded.DurableTask.Tests.Hostile;

public sealed class SeededHazardsTests
{
    private const int Seed = 20_261_122;
    private const int Throws = 1_000;

    private readonly SeededHazards _hazards = new(new Dice(Seed));

    [Fact]
    public void Delays_OfStartsAndEvents_AreNoneNowAndThenAndNeverTooLong()
    {
        foreach (var delays in new[] { Draw(_hazards.StartDelay), Draw(_hazards.EventDelay) })
        {
            Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, SeededHazards.LongestDelay));
            Assert.InRange(delays.Count(delay => delay == TimeSpan.Zero), 150, 350);
            Assert.InRange(delays.Count(delay => delay > SeededHazards.LongestDelay / 2), 250, 500);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(20)]
    public void TimerLead_OfANearTimer_IsNone(int milliseconds) =>
        Assert.All(Draw(() => _hazards.TimerLead(TimeSpan.FromMilliseconds(milliseconds))), lead => Assert.Equal(TimeSpan.Zero, lead));

    [Theory]
    [InlineData(21, 21)]
    [InlineData(1_000, 980)]
    [InlineData(3_600_000, 980)]
    public void TimerLead_OfALaterTimer_IsNoneNowAndThenAndNeverTooLong(int wait, int most)
    {
        var leads = Draw(() => _hazards.TimerLead(TimeSpan.FromMilliseconds(wait)));

        Assert.All(leads, lead => Assert.InRange(lead, TimeSpan.Zero, TimeSpan.FromMilliseconds(most)));
        Assert.InRange(leads.Count(lead => lead == TimeSpan.Zero), 400, 600);
        Assert.Contains(leads, lead => lead > TimeSpan.FromMilliseconds(most) * 0.9);
    }

    [Fact]
    public void BatchLimit_IsEveryNumberThatABatchCanHave()
    {
        var limits = Draw(() => _hazards.BatchLimit(10));

        Assert.Equal(Enumerable.Range(1, 10), limits.Distinct().Order());
        Assert.Equal([1], Draw(() => _hazards.BatchLimit(1)).Distinct());
    }

    [Fact]
    public void SameSeed_DrawsTheSame()
    {
        var again = new SeededHazards(new Dice(Seed));
        var other = new SeededHazards(new Dice(Seed + 1));
        var drawn = Draw(_hazards.EventDelay);

        Assert.Equal(drawn, Draw(again.EventDelay));
        Assert.NotEqual(drawn, Draw(other.EventDelay));
    }

    private static List<T> Draw<T>(Func<T> draw) => [.. Enumerable.Range(0, Throws).Select(_ => draw())];
}
