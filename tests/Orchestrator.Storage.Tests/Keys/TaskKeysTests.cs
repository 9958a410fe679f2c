using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tests.Keys;

public sealed class TaskKeysTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");

    [Fact]
    public void Keys_OfATask_AreAsDocumented() =>
        Assert.Equal(
            [
                "Tasks20261122",
                "03",
                "t!ZYBQYKMXEMZKZZZZZZZZZZZZZZ",
                "e!01M81CB2HB0C00000000000000!00000007",
                "p!01M81CB2HB0C00000000000000!i!0001",
                "p!01M81CB2HB0C00000000000000!o!0123456789abcdef!0002",
                "s!Queued!ZYBQYKMXEMZKZZZZZZZZZZZZZZ",
                "y!text.digest!ZYBQYKMXEMZKZZZZZZZZZZZZZZ",
                "g!a~į!ZYBQYKMXEMZKZZZZZZZZZZZZZZ",
                "a!reader.1!ZYBQYKMXEMZKZZZZZZZZZZZZZZ",
                "c!01M81CB2HB0C00000000000000!ZYBQYKMXEMZKZZZZZZZZZZZZZZ",
                "r!order~į7!ZYBQYKMXEMZKZZZZZZZZZZZZZZ",
                "u!01M81CB2HB0C00000000000000",
            ],
            [
                TaskKeys.Table(Id),
                TaskKeys.Partition(Id.Shard),
                TaskKeys.Task(Id),
                TaskKeys.Event(Id, 7),
                TaskKeys.Chunk(Id, 'i', null, 1),
                TaskKeys.Chunk(Id, 'o', "0123456789abcdef", 2),
                TaskKeys.State(TaskState.Queued, Id),
                TaskKeys.Type("text.digest", Id),
                TaskKeys.Tag("a/", Id),
                TaskKeys.Agent("reader.1", Id),
                TaskKeys.Parent(Id.ToString(), Id),
                TaskKeys.Correlation("order/7", Id),
                TaskKeys.Unstarted(Id),
            ]);

    [Fact]
    public void Table_OfFixedShardsAndOfSegments_IsAnother() =>
        Assert.Equal(
            ["Tasks20261122", "Tasks20261122", "Tasks20261122s0", "Tasks20261122sf", "Tasks20261122s0"],
            new[] { 0, 15, 16, 255, 32 }.Select(shard => TaskKeys.Table(Id.Day, shard)));

    [Fact]
    public void SegmentKeys_OfPeriodsAndLanes_SortNewestFirstAndAreReadBack()
    {
        var newer = SegmentKeys.Row(1_795_348_800_000, "b");
        var older = SegmentKeys.Row(1_795_334_400_000, "a");

        Assert.True(string.CompareOrdinal(newer, older) < 0);
        Assert.True(string.CompareOrdinal(SegmentKeys.FirstOf(1_795_334_400_000), newer) > 0);
        Assert.True(string.CompareOrdinal(SegmentKeys.FirstOf(1_795_334_400_000), older) < 0);
        Assert.Equal(1_795_348_800_000, SegmentKeys.Period(newer));
        Assert.Equal((0xa0, 1_795_334_400_001), CountKeys.Parse(CountKeys.Row(0xa0, 1_795_334_400_001)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Invert_ManyIds_SortsNewestFirst(int seed)
    {
        var random = new SeededRandomSource(seed);
        var draw = new Random(seed);
        var ids = Enumerable.Range(0, 500).Select(_ => TaskId.New(DateTimeOffset.UnixEpoch.AddMilliseconds(draw.NextInt64(1L << 46)), draw.Next(16), random)).ToArray();

        Assert.Equal(ids.OrderDescending(), ids.OrderBy(TaskKeys.Task, StringComparer.Ordinal));
    }

    [Fact]
    public void FirstOf_ADay_IsNotAfterAnyIdOfIt()
    {
        var first = TaskKeys.FirstOf(new DateTimeOffset(2026, 11, 22, 0, 0, 0, TimeSpan.Zero));

        Assert.True(first <= Id);
        Assert.Equal(Id.Day, first.Day);
        Assert.True(first > TaskId.New(first.CreatedAt.AddMilliseconds(-1), 255, new SeededRandomSource(1)));
    }

    [Fact]
    public void IdAtEnd_OfIndexRows_IsTheId()
    {
        Assert.Equal(Id, TaskKeys.IdAtEnd(TaskKeys.Unstarted(Id)));
        Assert.Equal(Id, TaskKeys.IdAtEnd(TaskKeys.State(TaskState.Queued, Id)));
    }

    [Fact]
    public void After_APrefix_IsAfterAllItsKeysAndBeforeTheNextPrefix()
    {
        var after = TaskKeys.After("s!Queued!");

        Assert.True(string.CompareOrdinal(TaskKeys.State(TaskState.Queued, Id), after) < 0);
        Assert.True(string.CompareOrdinal("s!Queued!\uffff", after) < 0);
        Assert.True(string.CompareOrdinal(after, "s!Running!") < 0);
    }

    [Fact]
    public void DayKeys_OfDaysAndShards_SortNewestFirstAndAreReadBack()
    {
        var newer = DayKeys.Row(new DateOnly(2027, 1, 1), 15);
        var older = DayKeys.Row(new DateOnly(2026, 12, 31), 0);

        Assert.True(string.CompareOrdinal(newer, older) < 0);
        Assert.True(string.CompareOrdinal(DayKeys.FirstOf(new DateOnly(2026, 12, 31)), newer) > 0);
        Assert.True(string.CompareOrdinal(DayKeys.FirstOf(new DateOnly(2026, 12, 31)), older) < 0);
        Assert.Equal((new DateOnly(2027, 1, 1), 15), DayKeys.Parse(newer));
    }
}
