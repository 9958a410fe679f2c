using Microsoft.DurableTask.Entities;
using Moq;
using Orchestrator.Functions.Limits;
using Orchestrator.Limits;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Limits;

public sealed class LimiterEntityTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private object? _state;

    [Fact]
    public async Task Operations_SomethingToRemember_KeepIt()
    {
        var first = await RunAsync("ask", new LimiterAsk(new SlotWaiter("a", 1, 1), new SlotLimit(1, 1)));
        var second = await RunAsync("ask", new LimiterAsk(new SlotWaiter("b", 1, 2), null));

        Assert.Equal((SlotOutcome.Granted, SlotOutcome.Waiting), (first.Outcome, second.Outcome));
        var state = Assert.IsType<LimiterState>(_state);
        Assert.Equal((new SlotLimit(1, 1), _time.GetUtcNow().UtcTicks), (state.Limit, state.Permits.Single().AtTicks));
    }

    [Fact]
    public async Task Operations_NothingToRemember_ThereIsNoEntity()
    {
        await RunAsync("ask", new LimiterAsk(new SlotWaiter("a", 1, 1), new SlotLimit(1, 1)));
        await RunAsync("ask", new LimiterAsk(new SlotWaiter("b", 1, 2), new SlotLimit(1, 1)));

        var granted = (await RunAsync("free", new LimiterFree("a", 1))).Granted!;
        await RunAsync("settle", new LimiterSettle([new SlotPermit("b", 1, 0)]));

        Assert.Equal([new SlotWaiter("b", 1, 2, HasRow: false)], granted);
        Assert.Null(_state);
    }

    [Fact]
    public void IdOf_Limiter_BeginsWithThePrefix() => Assert.Equal(LimiterEntity.IdPrefix + "test:0123", LimiterEntity.IdOf("test:0123").ToString());

    private async Task<LimiterAnswer> RunAsync(string name, object input)
    {
        var state = new Mock<TaskEntityState>();
        state.Setup(entity => entity.GetState(It.IsAny<Type>())).Returns(() => _state);
        state.Setup(entity => entity.SetState(It.IsAny<object?>())).Callback((object? value) => _state = value);
        var operation = new Mock<TaskEntityOperation>();
        operation.Setup(entity => entity.Name).Returns(name);
        operation.Setup(entity => entity.HasInput).Returns(value: true);
        operation.Setup(entity => entity.GetInput(It.IsAny<Type>())).Returns(input);
        operation.Setup(entity => entity.State).Returns(state.Object);
        operation.Setup(entity => entity.Context).Returns(new Mock<TaskEntityContext>().Object);
        return (LimiterAnswer)(await new LimiterEntity(_time).RunAsync(operation.Object))!;
    }
}
