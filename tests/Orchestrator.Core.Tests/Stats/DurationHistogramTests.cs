using Orchestrator.Stats;

namespace Orchestrator.Core.Tests.Stats;

public sealed class DurationHistogramTests
{
    [Fact]
    public void Percentile_None_Null() => Assert.Null(new DurationHistogram().Percentile(0.5));

    [Theory]
    [InlineData(0.01, 0)]
    [InlineData(0.5, 15)]
    [InlineData(1, 31)]
    public void Percentile_ShortDurations_Exact(double share, int milliseconds)
    {
        var histogram = new DurationHistogram();
        for (var i = 0; i < 32; i++)
            histogram.Add(TimeSpan.FromMilliseconds(i));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), histogram.Percentile(share));
    }

    [Fact]
    public void Percentile_AnyDuration_AtMostAThirtySecondOff()
    {
        for (var milliseconds = 1L; milliseconds < (long)TimeSpan.FromDays(1_000).TotalMilliseconds; milliseconds += 1 + (milliseconds / 37))
        {
            var histogram = new DurationHistogram();
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));

            var read = histogram.Percentile(0.99)!.Value.TotalMilliseconds;
            Assert.True(Math.Abs(read - milliseconds) <= milliseconds / 32.0, $"{milliseconds} ms was read as {read} ms.");
        }
    }

    [Fact]
    public void Percentile_LongerDurations_NeverShorter()
    {
        var before = TimeSpan.Zero;
        for (var milliseconds = 0L; milliseconds < 100_000; milliseconds++)
        {
            var histogram = new DurationHistogram();
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
            var read = histogram.Percentile(1)!.Value;
            Assert.True(read >= before, $"{milliseconds} ms was read as {read}, after {before}.");
            before = read;
        }
    }

    [Fact]
    public void Add_AnotherOrBelowZero_AllCount()
    {
        var (one, two) = (new DurationHistogram(), new DurationHistogram());
        one.Add(TimeSpan.FromSeconds(-1));
        two.Add(TimeSpan.FromMilliseconds(7));
        two.Add(TimeSpan.FromMilliseconds(7));

        one.Add(two);

        Assert.Equal((3, TimeSpan.Zero, TimeSpan.FromMilliseconds(7)), (one.Count, one.Percentile(0.33), one.Percentile(0.34)));
        Assert.Equal(new Dictionary<int, int> { [0] = 1, [7] = 2 }, one.Buckets);
    }
}
