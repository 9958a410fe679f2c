using System.Collections.Frozen;
using Orchestrator.Errors;

namespace Orchestrator.Tasks;

/// <summary>The one table of moves between task states. Whoever gets a task into a terminal state first, wins.</summary>
public static class TaskTransitions
{
    private static readonly FrozenDictionary<TaskState, FrozenSet<TaskState>> Table = new Dictionary<TaskState, FrozenSet<TaskState>>
    {
        [TaskState.Scheduled] = [TaskState.Blocked, TaskState.Queued, TaskState.Running, TaskState.Paused, TaskState.Failed, TaskState.Cancelled, TaskState.Expired],
        [TaskState.Blocked] = [TaskState.Scheduled, TaskState.Queued, TaskState.Paused, TaskState.Failed, TaskState.Cancelled, TaskState.Expired],
        [TaskState.Queued] = [TaskState.Running, TaskState.Paused, TaskState.Failed, TaskState.Cancelled, TaskState.Expired],
        [TaskState.Running] = [TaskState.Scheduled, TaskState.Queued, TaskState.Paused, TaskState.Succeeded, TaskState.Failed, TaskState.Cancelled, TaskState.Expired],
        [TaskState.Paused] = [TaskState.Scheduled, TaskState.Blocked, TaskState.Queued, TaskState.Failed, TaskState.Cancelled, TaskState.Expired],
        [TaskState.Succeeded] = [],
        [TaskState.Failed] = [],
        [TaskState.Cancelled] = [],
        [TaskState.Expired] = [],
    }.ToFrozenDictionary();

    /// <summary>Whether a task in this state is over for good.</summary>
    public static bool IsTerminal(this TaskState state) => Table[state].Count == 0;

    /// <summary>Whether the table has the move.</summary>
    public static bool IsAllowed(TaskState from, TaskState to) => Table[from].Contains(to);

    /// <summary>Answers <paramref name="to"/> when the table has the move.</summary>
    /// <exception cref="IllegalTransitionException">It has not.</exception>
    public static TaskState Move(TaskId task, TaskState from, TaskState to) =>
        IsAllowed(from, to) ? to : throw new IllegalTransitionException($"Task {task}", from.ToString(), to.ToString());
}
