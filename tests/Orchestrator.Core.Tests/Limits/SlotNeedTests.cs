using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Limits;

public sealed class SlotNeedTests
{
    private static readonly TaskType Both = new() { Name = "test", Version = 3, Concurrency = new ConcurrencyLimit { Limit = 5, Key = "/customer/id", KeyLimit = 2 } };

    [Fact]
    public void Of_NoLimit_NeedsNone() => Assert.Empty(SlotNeed.Of(new TaskType { Name = "test" }, "{}"));

    [Fact]
    public void Of_TypeAndKey_TheKeysFirst()
    {
        var needs = SlotNeed.Of(Both, """{"customer":{"id":"a"}}""");

        Assert.Equal((new SlotLimit(2, 3), "\"a\""), (needs[0].Limit, needs[0].Key));
        Assert.Matches("^test:[0-9a-f]{32}$", needs[0].Limiter);
        Assert.Equal(new SlotNeed("test", new SlotLimit(5, 3)), needs[1]);
    }

    [Theory]
    [InlineData("""{"customer":{"id":1}}""", """{"customer": {"id" : 1.0}}""", true)]
    [InlineData("""{"customer":{"id":"1"}}""", """{"customer":{"id":1}}""", false)]
    [InlineData("""{"customer":{"id":{"a":1,"b":2}}}""", """{"customer":{"id":{"b":2,"a":1}}}""", true)]
    [InlineData("""{"customer":{"id":["a"]}}""", """{"customer":{"id":"a"}}""", false)]
    public void Of_Keys_AreTheSameWhenTheValuesAreEqual(string one, string other, bool isSame) =>
        Assert.Equal(isSame, SlotNeed.Of(Both, one)[0].Limiter == SlotNeed.Of(Both, other)[0].Limiter);

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"customer":{"id":null}}""")]
    [InlineData("""{"customer":"id"}""")]
    public void Of_NothingAtTheKey_IsNotCountedByKey(string? input) => Assert.Equal([new SlotNeed("test", new SlotLimit(5, 3))], SlotNeed.Of(Both, input));

    [Fact]
    public void Of_LongKey_IsCutForPeople() => Assert.Equal(100, SlotNeed.Of(Both, $$$"""{"customer":{"id":"{{{new string('x', 300)}}}"}}""")[0].Key!.Length);

    [Fact]
    public void LimitOf_Limiter_IsTheOneOfItsKind()
    {
        Assert.Equal((5, 2), (SlotNeed.LimitOf("test", Both), SlotNeed.LimitOf("test:0123", Both)));
        Assert.Null(SlotNeed.LimitOf("test", type: null));
        Assert.Equal(("test", "test"), (SlotNeed.TypeOf("test"), SlotNeed.TypeOf("test:0123")));
    }

    [Fact]
    public void Rank_PriorityBeforeAge_AndAgeBeforePriorityInTheLongRun()
    {
        var now = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

        Assert.True(SlotRank.Of(9, now) < SlotRank.Of(5, now - TimeSpan.FromMinutes(39)), "Higher goes first.");
        Assert.True(SlotRank.Of(5, now - TimeSpan.FromSeconds(1)) < SlotRank.Of(5, now), "Of the same priority the older goes first.");
        Assert.True(SlotRank.Of(0, now - TimeSpan.FromMinutes(91)) < SlotRank.Of(9, now), "Who has waited for long goes first.");
    }
}
