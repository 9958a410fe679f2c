using Orchestrator.Tasks;

namespace Orchestrator.Retention;

/// <summary>How long tasks are kept after their end, by the state that they ended in; null: as long as the store keeps tasks.</summary>
public sealed record TaskRetention(TimeSpan? Succeeded, TimeSpan? Failed, TimeSpan? Cancelled, TimeSpan? Expired)
{
    /// <summary>Shortest time that a task is kept.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>Longest time that a task is kept.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3_650);

    /// <summary>What is allowed, for people.</summary>
    public const string Range = "1 minute to 3,650 days";

    /// <summary>The same in every state.</summary>
    public static TaskRetention OfAll(TimeSpan time) => new(time, time, time, time);

    /// <summary>Whether a time is allowed.</summary>
    public static bool IsAllowed(TimeSpan time) => time >= Shortest && time <= Longest;

    /// <summary>The time for tasks that ended in a state; null where nothing is said of it.</summary>
    public TimeSpan? Of(TaskState state) => state switch
    {
        TaskState.Succeeded => Succeeded,
        TaskState.Failed => Failed,
        TaskState.Cancelled => Cancelled,
        TaskState.Expired => Expired,
        _ => null,
    };

    /// <summary>The one time that counts for every state; null when they differ.</summary>
    public TimeSpan? Same => Succeeded == Failed && Failed == Cancelled && Cancelled == Expired ? Succeeded : null;
}
