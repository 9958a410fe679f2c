using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class TaskIdTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 22, 10, 20, 30, 123, TimeSpan.Zero);

    [Fact]
    public void New_FixedTimeAndRandomness_HasTheDocumentedText()
    {
        var id = TaskId.New(Time, 3, new FixedBytes(0));

        Assert.Equal("01M81CB2HB0C00000000000000", id.ToString());
        Assert.Equal(Time, id.CreatedAt);
        Assert.Equal(3, id.Shard);
        Assert.Equal(new DateOnly(2026, 11, 22), id.Day);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Parse_TextOfAnyId_GivesTheSameIdBack(int seed)
    {
        var random = new SeededRandomSource(seed);
        var draw = new Random(seed);
        for (var i = 0; i < 1_000; i++)
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(draw.NextInt64(253_402_300_800_000));
            var shard = draw.Next(256);
            var id = TaskId.New(time, shard, random);

            var parsed = TaskId.Parse(id.ToString());
            Assert.Equal(id, parsed);
            Assert.Equal(id, TaskId.Parse(id.ToString().ToLowerInvariant()));
            Assert.Equal((time, shard, DateOnly.FromDateTime(time.UtcDateTime)), (parsed.CreatedAt, parsed.Shard, parsed.Day));
            Assert.Equal(26, id.ToString().Length);
        }
    }

    [Fact]
    public void CompareTo_IdsOfAnyTime_OrdersLikeTheirTexts()
    {
        var random = new SeededRandomSource(7);
        var draw = new Random(7);
        var ids = Enumerable.Range(0, 500).Select(_ => TaskId.New(Time.AddMilliseconds(draw.Next(50)), draw.Next(4), random)).ToArray();

        Assert.Equal(ids.Select(id => id.ToString()).Order(StringComparer.Ordinal), ids.Order().Select(id => id.ToString()));
        Assert.True(ids.Min() < ids.Max() && ids.Min() <= ids.Max() && ids.Max() > ids.Min() && ids.Max() >= ids.Min());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("01M81CB2HB0C0000000000000")]
    [InlineData("01M81CB2HB0C000000000000000")]
    [InlineData("01M81CB2HB0C0000000000000U")]
    [InlineData("01M81CB2HB0C0000000000000I")]
    [InlineData("01M81CB2HB0C0000000000000/")]
    [InlineData("01M81CB2HB0C0000000000000ı")]
    [InlineData("81TANB1PNV0C00000000000000")]
    [InlineData("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")]
    public void TryParse_NoId_IsFalse(string? text) => Assert.False(TaskId.TryParse(text, out _));

    [Fact]
    public void Parse_NoId_SaysWhatAnIdIs()
    {
        var exception = Assert.Throws<FormatException>(() => TaskId.Parse("x"));

        Assert.Equal("'x' is not a task id: 26 characters of 0-9 and A-Z without I, L, O and U.", exception.Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(256)]
    public void New_ShardOutOfRange_Throws(int shard) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskId.New(Time, shard, new FixedBytes(0)));

    private sealed class FixedBytes(byte value) : IRandomSource
    {
        public void Fill(Span<byte> destination) => destination.Fill(value);
    }
}
