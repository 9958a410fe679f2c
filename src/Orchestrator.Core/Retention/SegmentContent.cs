using Orchestrator.Tasks;

namespace Orchestrator.Retention;

/// <summary>When the tasks of one type that ended in one state ended.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
public sealed record EndedTasks(string Type, TaskState State, DateTimeOffset First, DateTimeOffset Last);

/// <summary>
/// What a look at a segment has shown. It says under any rules when something in the segment is over its time, so that nobody looks there before.
/// </summary>
/// <param name="LookedAt">When it was looked at: what was not over then ends later.</param>
/// <param name="IsSettled">Whether all that will ever be in it was there and over, with nothing left to be done: then only deletions change it.</param>
/// <param name="Ended">The tasks that were over.</param>
public sealed record SegmentContent(DateTimeOffset LookedAt, bool IsSettled, IReadOnlyList<EndedTasks> Ended)
{
    /// <summary>When something in it is over its time at the earliest; null: never, as nothing is in it.</summary>
    public DateTimeOffset? FirstDue(RetentionRules rules)
    {
        DateTimeOffset? due = IsSettled ? null : LookedAt + rules.Shortest;
        foreach (var ended in Ended)
        {
            if (ended.First + rules.Of(ended.Type, ended.State) is var time && !(due <= time))
                due = time;
        }

        return due;
    }

    /// <summary>Whether something that was seen in it is over its time.</summary>
    public bool HasDue(RetentionRules rules, DateTimeOffset now) => Ended.Any(ended => ended.First + rules.Of(ended.Type, ended.State) <= now);

    /// <summary>When all in it is over its time; null: that cannot be said yet.</summary>
    public DateTimeOffset? LastDue(RetentionRules rules) =>
        !IsSettled ? null : Ended.Select(ended => ended.Last + rules.Of(ended.Type, ended.State)).Append(DateTimeOffset.MinValue).Max();
}
