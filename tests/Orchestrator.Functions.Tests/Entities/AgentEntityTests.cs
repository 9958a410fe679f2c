using Microsoft.DurableTask.Entities;
using Moq;
using Orchestrator.Agents;
using Orchestrator.Functions.Entities;

namespace Orchestrator.Functions.Tests.Entities;

public sealed class AgentEntityTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private object? _state;

    [Fact]
    public async Task Record_FirstReport_AgentReadyAndCounted()
    {
        await RecordAsync(new AgentReportMessage("p1", 1, At.UtcTicks, 3, 2, 1, 0));

        var state = Assert.IsType<AgentRecord>(_state);
        Assert.Equal(AgentState.Ready, state.State);
        Assert.Equal(At, state.LastSeenAt);
        Assert.Equal((3, 2, 1, 0), (state.Started, state.Succeeded, state.Failed, state.Cancelled));
    }

    [Fact]
    public async Task Record_TheSameReportTwice_CountsOnce()
    {
        await RecordAsync(new AgentReportMessage("p1", 1, At.UtcTicks, 1, 1, 0, 0));
        await RecordAsync(new AgentReportMessage("p1", 2, At.UtcTicks, 1, 1, 0, 0));
        await RecordAsync(new AgentReportMessage("p1", 2, At.UtcTicks, 1, 1, 0, 0));
        await RecordAsync(new AgentReportMessage("p2", 1, At.UtcTicks, 1, 1, 0, 0));

        Assert.Equal(3, Assert.IsType<AgentRecord>(_state).Succeeded);
    }

    [Fact]
    public void IdOf_Agent_ItsNameIsTheKey() => Assert.Equal("@agententity@files-list", AgentEntity.IdOf("files-list").ToString());

    private async Task RecordAsync(AgentReportMessage message)
    {
        var state = new Mock<TaskEntityState>();
        state.Setup(entity => entity.HasState).Returns(() => _state is not null);
        state.Setup(entity => entity.GetState(It.IsAny<Type>())).Returns(() => _state);
        state.Setup(entity => entity.SetState(It.IsAny<object?>())).Callback((object? value) => _state = value);
        var operation = new Mock<TaskEntityOperation>();
        operation.Setup(entity => entity.Name).Returns("record");
        operation.Setup(entity => entity.HasInput).Returns(value: true);
        operation.Setup(entity => entity.GetInput(It.IsAny<Type>())).Returns(message);
        operation.Setup(entity => entity.State).Returns(state.Object);
        operation.Setup(entity => entity.Context).Returns(new Mock<TaskEntityContext>().Object);
        await new AgentEntity().RunAsync(operation.Object);
    }
}
