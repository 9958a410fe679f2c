namespace Orchestrator.Tasks;

public static partial class TaskDecisions
{
    /// <summary>Cancels a task at once when nobody of ours works on it, else asks its agent to stop.</summary>
    public static CancelDecision Cancel(TaskRecord task, DateTimeOffset now)
    {
        if (task.State.IsTerminal())
            return new CancelDecision.AlreadyOver(task);
        if (task.CancelRequested)
            return new CancelDecision.AlreadyRequested(task);
        if (task.Lease is null or { IsPending: true })
            return new CancelDecision.Cancelled(End(task, task, TaskState.Cancelled, detail: null, now));

        return new CancelDecision.Requested(Step(task with { CancelRequested = true }, task, now, new Entry(TaskEventType.CancelRequested, task.Attempt)));
    }

    /// <summary>Holds a task back: no further attempt begins. One that is under way goes on.</summary>
    public static PauseDecision Pause(TaskRecord task, DateTimeOffset now)
    {
        if (task.State.IsTerminal())
            return new PauseDecision.AlreadyOver(task);
        if (task.State == TaskState.Paused || task.PauseRequested)
            return new PauseDecision.AlreadyPaused(task);
        if (task.Lease is not null)
            return new PauseDecision.Requested(Step(task with { PauseRequested = true }, task, now, new Entry(TaskEventType.PauseRequested, task.Attempt)));

        var paused = task with { State = TaskTransitions.Move(task.Id, task.State, TaskState.Paused) };
        return new PauseDecision.Paused(Step(paused, task, now, new Entry(TaskEventType.Paused)));
    }

    /// <summary>Lets a task go on that is held back, or withdraws the wish to hold it back.</summary>
    public static ResumeDecision Resume(TaskRecord task, DateTimeOffset now)
    {
        if (task.State.IsTerminal())
            return new ResumeDecision.AlreadyOver(task);
        if (task.PauseRequested)
            return new ResumeDecision.Resumed(Step(task with { PauseRequested = false }, task, now, new Entry(TaskEventType.Resumed, task.Attempt)));
        if (task.State != TaskState.Paused)
            return new ResumeDecision.NotPaused(task);

        return new ResumeDecision.Resumed(Step(Ready(task, now), task, now, new Entry(TaskEventType.Resumed)));
    }

    /// <summary>A task that this one depends on is over. Null: that makes no difference any more.</summary>
    /// <param name="predecessor">The task that is over.</param>
    /// <param name="state">Its terminal state; null when it is gone: then it counts as one that did not succeed.</param>
    public static TaskChange? DependencyEnded(TaskRecord task, TaskId predecessor, TaskState? state, DateTimeOffset now)
    {
        if (task.State.IsTerminal() || !task.WaitingFor.Contains(predecessor))
            return null;

        if (task.DependsOn?.Condition != DependencyCondition.AllFinished && state != TaskState.Succeeded)
        {
            var error = new TaskError("dependency_failed", $"Task {predecessor}, which this one depends on, {(state is null ? "is gone" : $"is {state}")}.");
            return End(task with { Error = error }, task, TaskState.Failed, TaskEventDetail.Of(error), now);
        }

        var rest = task with { WaitingFor = [.. task.WaitingFor.Where(other => other != predecessor)] };
        if (rest.WaitingFor.Count > 0 || task.State != TaskState.Blocked)
            return new TaskChange(task, rest with { UpdatedAt = now }, []);

        return Step(Ready(rest, now), task, now, new Entry(TaskEventType.Unblocked));
    }

    /// <summary>From now on another task waits for this one's end. Null: that is known, or the task is over.</summary>
    public static TaskChange? AddDependent(TaskRecord task) =>
        task.State.IsTerminal() || task.HasDependents ? null : new TaskChange(task, task with { HasDependents = true }, []);

    /// <summary>What was to be done after the end is done. Null: nothing is to be written.</summary>
    /// <param name="callback">What came of the callback; null: there was none to make.</param>
    public static TaskChange? FollowUpsDone(TaskRecord task, CallbackState? callback, DateTimeOffset now)
    {
        var done = task with { Unstarted = false };
        if (callback is null or CallbackState.Pending || task.Callback is not { State: CallbackState.Pending } pending)
            return task.Unstarted ? new TaskChange(task, done, []) : null;

        var type = callback == CallbackState.Delivered ? TaskEventType.CallbackDelivered : TaskEventType.CallbackFailed;
        return Step(done with { Callback = pending with { State = callback.Value } }, task, now, new Entry(type));
    }

    /// <summary>The callback of the end has arrived after all. Null: nothing is to be written.</summary>
    public static TaskChange? CallbackArrived(TaskRecord task, DateTimeOffset now) =>
        !task.State.IsTerminal() || task.Callback is not { State: not CallbackState.Delivered } callback
            ? null
            : Step(task with { Callback = callback with { State = CallbackState.Delivered } }, task, now, new Entry(TaskEventType.CallbackDelivered));

    /// <summary>The task as it waits for nobody's permission: for other tasks, for its time, or for its attempt.</summary>
    private static TaskRecord Ready(TaskRecord task, DateTimeOffset now)
    {
        var state = task.WaitingFor.Count > 0 ? TaskState.Blocked : task.DueAt > now ? TaskState.Scheduled : TaskState.Queued;
        return task with { State = TaskTransitions.Move(task.Id, task.State, state), Unstarted = true };
    }
}
