using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>
/// Decides every change of a task. Pure: the same task, wish and time give the same change. What was decided counts only
/// once it is written under the version of the task it was decided on; after a conflict it is decided anew.
/// </summary>
public static partial class TaskDecisions
{
    /// <summary>A new task: blocked while it depends on others, scheduled until its time, else ready for its first attempt.</summary>
    /// <param name="at">The present time; null: that of the id. They differ when a task is finished that somebody has begun to submit long ago.</param>
    public static TaskChange Submit(TaskId id, TaskSubmission submission, DateTimeOffset? at = null)
    {
        var now = at ?? id.CreatedAt;
        var type = submission.Type;
        var startAt = submission.Delay is { } delay ? now + delay : submission.StartAt;
        var dueAt = startAt > now ? startAt : null;
        var waitingFor = submission.DependsOn?.Tasks ?? [];
        var task = new TaskRecord
        {
            Id = id,
            Type = type.Name,
            TypeVersion = type.Version,
            Title = submission.Title,
            State = waitingFor.Count > 0 ? TaskState.Blocked : dueAt is null ? TaskState.Queued : TaskState.Scheduled,
            Priority = submission.Priority,
            Tags = submission.Tags,
            Input = submission.Input,
            Retry = type.Retry,
            AttemptTimeLimit = type.Timeouts.Attempt,
            HeartbeatTimeout = type.Timeouts.Heartbeat,
            ExpiresAt = (dueAt ?? now) + type.Timeouts.Start,
            FinishBy = (dueAt ?? now) + type.Timeouts.Total,
            Name = submission.Name,
            IdempotencyKey = submission.IdempotencyKey,
            IdempotencyScope = submission.IdempotencyScope,
            Parent = submission.Parent,
            Correlation = submission.Correlation,
            TraceParent = submission.TraceParent,
            SubmittedBy = submission.SubmittedBy,
            RerunOf = submission.RerunOf,
            DependsOn = submission.DependsOn,
            WaitingFor = waitingFor,
            Callback = submission.CallbackUrl is { } url ? new TaskCallback(url) : null,
            DueAt = dueAt,
            Unstarted = true,
            LastEvent = 1,
            UpdatedAt = now,
        };
        return new TaskChange(null, task, [new TaskEvent(1, TaskEventType.Submitted, now)]);
    }

    /// <summary>Ends a task with an error whatever its attempt does, such as when nothing can run it any more. Null: it is over already.</summary>
    public static TaskChange? Abandon(TaskRecord task, TaskError error, DateTimeOffset now)
    {
        if (task.State.IsTerminal())
            return null;

        var bounded = error.Bounded();
        return End(task with { Error = bounded }, task, TaskState.Failed, TaskEventDetail.Of(bounded), now);
    }

    /// <summary>Ends a task whose time is up and on which nobody works. Null: it is over, or its time is not up, or somebody works on it.</summary>
    public static TaskChange? Expire(TaskRecord task, DateTimeOffset now) =>
        task.State.IsTerminal() || !(task.TimeIsUpAt <= now) || task.Lease is { IsPending: false } ? null : ExpireNow(task, now);

    /// <summary>The task's orchestration will look at it, or has done what there was to do. Null: that is known.</summary>
    public static TaskChange? MarkStarted(TaskRecord task) =>
        task.Unstarted ? new TaskChange(task, task with { Unstarted = false }, []) : null;

    /// <summary>Those that the task waits for will tell it of their ends. Null: that is known, or the task is not blocked any more.</summary>
    public static TaskChange? MarkTied(TaskRecord task) =>
        task.State == TaskState.Blocked ? MarkStarted(task) : null;

    private static TaskChange ExpireNow(TaskRecord task, DateTimeOffset now)
    {
        var error = task.FinishBy <= now
            ? new TaskError("total_timed_out", $"The task was not over by {task.FinishBy!.Value.UtcDateTime:O}, when its time was up.")
            : new TaskError("start_timed_out", $"No attempt at the task had begun by {task.ExpiresAt!.Value.UtcDateTime:O}, when its time to start was up.");
        return End(task with { Error = error }, task, TaskState.Expired, TaskEventDetail.Of(error), now);
    }

    private static bool IsCurrent(TaskRecord task, AttemptLease lease) =>
        task.Lease is { } current && current.Epoch == lease.Epoch && current.Number == lease.Number && !task.State.IsTerminal();

    /// <summary>A terminal state; what is to be done then keeps the task on the list of those whose orchestration must look at them.</summary>
    private static TaskChange End(TaskRecord after, TaskRecord before, TaskState state, JsonElement? detail, DateTimeOffset now)
    {
        var ended = after with
        {
            State = TaskTransitions.Move(before.Id, before.State, state),
            Lease = null,
            DueAt = null,
            PauseRequested = false,
            WaitingFor = [],

            // Whoever ends a pending attempt is not its orchestration, which gives its slots back.
            Unstarted = after.HasFollowUps || (before.Lease is { IsPending: true } && before.Slots.Count > 0),
            FinishedAt = now,
        };
        var type = state switch
        {
            TaskState.Succeeded => TaskEventType.Succeeded,
            TaskState.Failed => TaskEventType.Failed,
            TaskState.Cancelled => TaskEventType.Cancelled,
            _ => TaskEventType.Expired,
        };
        return Step(ended, before, now, new Entry(type, before.Lease?.Number, detail));
    }

    private static TaskChange Step(TaskRecord after, TaskRecord before, DateTimeOffset now, params ReadOnlySpan<Entry> entries)
    {
        var events = new List<TaskEvent>(entries.Length);
        foreach (var entry in entries)
            events.Add(new TaskEvent(before.LastEvent + events.Count + 1, entry.Type, now, entry.Attempt, entry.Detail));
        return new TaskChange(before, after with { LastEvent = before.LastEvent + events.Count, UpdatedAt = now }, events);
    }

    /// <summary>An event that has no number yet.</summary>
    private readonly record struct Entry(TaskEventType Type, int? Attempt = null, JsonElement? Detail = null);
}
