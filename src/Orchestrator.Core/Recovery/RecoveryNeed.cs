using Orchestrator.Tasks;

namespace Orchestrator.Recovery;

/// <summary>What may have got lost of a task.</summary>
public enum RecoveryNeed
{
    /// <summary>Nothing; or it is too early to say so.</summary>
    None = 0,

    /// <summary>It must have an orchestration that runs.</summary>
    Orchestration = 1,

    /// <summary>Its time has come, or is up, and nobody has looked at it.</summary>
    Wake = 2,

    /// <summary>It is marked, and nobody has looked at it.</summary>
    Start = 3,

    /// <summary>It waits for other tasks that may be over.</summary>
    Dependencies = 4,
}

/// <summary>Decides what may have got lost of a task. Pure.</summary>
public static class RecoveryDecisions
{
    /// <summary>What is so young is being seen to by those whose business it is.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>Longest sleep of an orchestration: what has to wait for longer has a wake, and nobody who sleeps.</summary>
    public static readonly TimeSpan LongestSleep = TimeSpan.FromHours(1);

    /// <summary>Whether a task that is not over was last written before the app came to this task hub, so that what looks after it may be on another.</summary>
    /// <param name="shown">The task, or what the index by state shows of it.</param>
    /// <param name="since">When the app came to the hub; null: nobody knows of another.</param>
    public static bool IsLeftBehind(TaskRecord shown, DateTimeOffset? since) => shown.UpdatedAt < since && (!shown.State.IsTerminal() || shown.Unstarted);

    /// <summary>
    /// Whether a task that is left behind must be looked at on this task hub, whatever is kept of it here, and at once: there is no grace, as those whose business it was are gone. It does no harm where they are not: whoever
    /// looks at a task that somebody else works on waits for the end of the lease.
    /// </summary>
    public static bool MustBeTakenOver(TaskRecord task, DateTimeOffset now)
    {
        if (task.State.IsTerminal() && !task.Unstarted)
            return false;

        // Signs of life put off when an attempt has been silent for too long, so somebody sleeps until then, or not: that cannot be told from the task.
        var isSleptFor = Due(task) <= now + LongestSleep || task is { Lease: not null, HeartbeatTimeout: not null };
        return task.Unstarted || task.State == TaskState.Queued || task.Lease is { IsPending: false } || isSleptFor;
    }

    /// <summary>Whether it is worth reading the task to decide; by what the index by state shows of it.</summary>
    public static bool MayNeed(TaskRecord shown, DateTimeOffset now) =>
        now - shown.UpdatedAt >= Grace && (!shown.State.IsTerminal() || shown.Unstarted) && !(shown is { State: TaskState.Scheduled, Unstarted: false } && shown.DueAt + Grace > now);

    /// <summary>Whether a pending attempt may have been silent for too long, unless it has reported since its row was written.</summary>
    /// <param name="age">Time since the row was written, by storage time.</param>
    public static bool MayBeSilent(TaskRecord task, TimeSpan age) => task.Lease is { IsPending: true } && age >= task.HeartbeatTimeout + Grace;

    /// <summary>What may have got lost.</summary>
    /// <param name="age">Time since the row was written, by storage time.</param>
    /// <param name="silentFor">How long its pending attempt has given no sign of life; null where <see cref="MayBeSilent"/> says no.</param>
    public static RecoveryNeed Of(TaskRecord task, TimeSpan age, DateTimeOffset now, TimeSpan? silentFor = null)
    {
        if (now - task.UpdatedAt < Grace || age < Grace)
            return RecoveryNeed.None;
        if (task.Unstarted)
            return RecoveryNeed.Start;
        if (task.State.IsTerminal())
            return RecoveryNeed.None;
        if (task.State == TaskState.Queued || (task.Lease is { IsPending: false } lease && age >= lease.Duration + Grace))
            return RecoveryNeed.Orchestration;
        if (Due(task) + Grace <= now || silentFor >= task.HeartbeatTimeout + Grace)
            return RecoveryNeed.Wake;

        return task.State == TaskState.Blocked ? RecoveryNeed.Dependencies : RecoveryNeed.None;
    }

    /// <summary>When somebody must look at a task that waits; null: never, or not by time.</summary>
    private static DateTimeOffset? Due(TaskRecord task)
    {
        var due = task.State switch
        {
            TaskState.Scheduled => task.DueAt,
            TaskState.Running when task.Lease is { IsPending: true } lease => lease.Deadline,
            TaskState.Running => null,
            _ => task.TimeIsUpAt,
        };
        return task.State != TaskState.Running || task.Lease is { IsPending: true } ? Earlier(due, task.TimeIsUpAt) : due;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
