using Orchestrator.Tasks;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class TaskIdSourceTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 10, 20, 30, 123, TimeSpan.Zero));

    [Fact]
    public void Next_UpToTheSegmentsSize_StaysInOneShard()
    {
        var source = Source(tasksPerSegment: 10);

        var ids = Enumerable.Range(0, 31).Select(_ => source.Next()).ToList();

        var first = ids[0].Segment.Shard;
        Assert.Equal(
            [(first, 10), (TaskShards.After(first, 1), 10), (TaskShards.After(first, 2), 10), (TaskShards.After(first, 3), 1)],
            ids.GroupBy(id => id.Id.Shard).Select(group => (group.Key, group.Count())));
        Assert.All(ids, id => Assert.Equal(id.Segment.Shard, id.Id.Shard));
        Assert.Equal([_time.GetUtcNow().ToUnixTimeMilliseconds() + 3], ids[^1].Segment.Opened.Skip(3));
    }

    [Fact]
    public void Next_PeriodOver_OpensTheFirstSegmentOfTheNext()
    {
        var source = Source();
        var before = source.Next().Segment;
        _time.Advance(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero) - _time.GetUtcNow());

        var after = source.Next().Segment;

        Assert.Equal(TaskShards.After(before.Shard, 1), after.Shard);
        Assert.Equal((_time.GetUtcNow().ToUnixTimeMilliseconds(), _time.GetUtcNow().ToUnixTimeMilliseconds(), 1), (after.Period, after.OpenedAt, after.Opened.Length));
        Assert.NotEqual(before.Lane, after.Lane);
        Assert.Equal(new DateOnly(2026, 11, 22), after.Day);
    }

    [Fact]
    public void Next_ClockSetBack_GoesOnWhereItWas()
    {
        var source = Source(tasksPerSegment: 2);
        var first = source.Next();
        _time.ShiftWallClock(TimeSpan.FromDays(-1));

        var ids = Enumerable.Range(0, 3).Select(_ => source.Next().Id.CreatedAt - first.Id.CreatedAt);

        Assert.Equal([TimeSpan.Zero, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)], ids);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 4)]
    public void Next_ByManyAtOnceWithAnUnsteadyClock_KeepsEveryIdInItsSegment(int seed, int lanes)
    {
        var source = Source(tasksPerSegment: 7, seed, lanes);
        var draw = new Random(seed);
        var ids = new List<NewTaskId>();
        for (var round = 0; round < 200; round++)
        {
            ids.AddRange(Enumerable.Range(0, 16).AsParallel().Select(_ => source.Next()));
            _time.ShiftWallClock(TimeSpan.FromMilliseconds(draw.Next(-60_000, 120_000)));
        }

        foreach (var lane in ids.GroupBy(id => (id.Segment.Lane, id.Segment.Period)))
        {
            var opened = lane.MaxBy(id => id.Segment.Opened.Length).Segment.Opened;
            Assert.Equal(opened.Distinct().Order(), opened);
            foreach (var (id, segment) in lane)
            {
                var index = segment.Opened.Length - 1;
                var end = index + 1 < opened.Length ? opened[index + 1] : segment.Period + (long)TaskShards.Period.TotalMilliseconds;
                Assert.InRange(id.CreatedAt.ToUnixTimeMilliseconds(), segment.OpenedAt, end - 1);
                Assert.Equal((TaskShards.After(segment.FirstShard, index), segment.Day), (id.Shard, id.Day));
            }
        }

        Assert.Equal(200 * 16, ids.Select(id => id.Id).Distinct().Count());
    }

    [Fact]
    public void Next_ManySegments_NeverTakesAFixedShard()
    {
        var source = Source(tasksPerSegment: 1);

        var ids = Enumerable.Range(0, 2_500).Select(_ => source.Next()).ToList();

        Assert.Equal(Enumerable.Range(16, 240), ids.Select(id => id.Id.Shard).Distinct().Order());
        Assert.DoesNotContain(ids, id => TaskShards.IsFixed(id.Id.Shard));
        Assert.Equal([ids[999].Segment, ids[1_999].Segment with { Previous = null }], ids.Select(id => id.Segment.Previous).OfType<TaskSegment>());
        Assert.Equal([1_000, 1_000, 500], ids.GroupBy(id => id.Segment.Lane).Select(lane => lane.Count()));
    }

    [Fact]
    public void Close_OpenSegment_SaysWhenNothingOfItFollows()
    {
        var source = Source();
        Assert.Empty(source.Close());
        var first = source.Next();

        var (segment, closedAt) = source.Close().Single();
        var next = source.Next();

        Assert.Equal((first.Segment, first.Id.CreatedAt.ToUnixTimeMilliseconds() + 1), (segment, closedAt));
        Assert.True(next.Id.CreatedAt.ToUnixTimeMilliseconds() >= closedAt);
        Assert.NotEqual(first.Segment.Lane, next.Segment.Lane);
    }

    [Fact]
    public void PeriodOf_AnyTime_IsFourHoursOfADay() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 8, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), TaskShards.PeriodOf(_time.GetUtcNow().ToUnixTimeMilliseconds()));

    private TaskIdSource Source(int tasksPerSegment = 250, int seed = 1, int lanes = 1) => new(_time, new SeededRandomSource(seed), lanes, tasksPerSegment);
}
