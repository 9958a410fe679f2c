using Orchestrator.Errors;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

public sealed class TaskTransitionsTests
{
    private static readonly TaskId Id = TaskId.Parse("01M81CB2HB0C00000000000000");

    [Fact]
    public void IsTerminal_EveryState_IsTrueForTheFourEnds() =>
        Assert.Equal(
            [TaskState.Succeeded, TaskState.Failed, TaskState.Cancelled, TaskState.Expired],
            Enum.GetValues<TaskState>().Where(state => state.IsTerminal()));

    [Fact]
    public void IsAllowed_EveryTerminalState_HasNoMove() =>
        Assert.DoesNotContain(
            from source in Enum.GetValues<TaskState>().Where(state => state.IsTerminal())
            from target in Enum.GetValues<TaskState>()
            select (source, target),
            move => TaskTransitions.IsAllowed(move.source, move.target));

    [Fact]
    public void IsAllowed_EveryState_CanBeCancelledUnlessOver() =>
        Assert.All(Enum.GetValues<TaskState>(), state => Assert.Equal(!state.IsTerminal(), TaskTransitions.IsAllowed(state, TaskState.Cancelled)));

    [Fact]
    public void IsAllowed_OnlyRunning_LeadsToSucceeded() =>
        Assert.Equal([TaskState.Running], Enum.GetValues<TaskState>().Where(state => TaskTransitions.IsAllowed(state, TaskState.Succeeded)));

    [Fact]
    public void Move_IllegalMove_NamesBothStates()
    {
        var exception = Assert.Throws<IllegalTransitionException>(() => TaskTransitions.Move(Id, TaskState.Succeeded, TaskState.Running));

        Assert.Equal("Task 01M81CB2HB0C00000000000000 cannot go from Succeeded to Running.", exception.Message);
        Assert.Equal(("illegal_transition", false, "Succeeded", "Running"), (exception.Code, exception.IsRetryable, exception.From, exception.To));
    }

    [Fact]
    public void Move_LegalMove_AnswersTheNewState() =>
        Assert.Equal(TaskState.Running, TaskTransitions.Move(Id, TaskState.Queued, TaskState.Running));
}
