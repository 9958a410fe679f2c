using System.Runtime.InteropServices;
using Orchestrator.Stats;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Counting;

/// <summary>Numbers of tasks by state and by type.</summary>
internal sealed record Tally(Dictionary<TaskState, long> ByState, Dictionary<string, long> ByType)
{
    public Tally()
        : this([], new Dictionary<string, long>(StringComparer.Ordinal))
    {
    }

    /// <summary>Those that are not over, by type.</summary>
    public Dictionary<string, long> LiveByType { get; } = new(StringComparer.Ordinal);

    /// <summary>The one that has been Queued for longest; null: none is.</summary>
    public OldestQueued? OldestQueued { get; private set; }

    /// <summary>The Scheduled one whose time comes or came first; null: none is.</summary>
    public OverdueTask? FirstDue { get; private set; }

    /// <summary>Whether all of them are over.</summary>
    public bool IsOver => ByState.Keys.All(state => state.IsTerminal());

    public void Add(TaskState state, string type)
    {
        Add(ByState, state, 1);
        Add(ByType, type, 1);
        if (!state.IsTerminal())
            Add(LiveByType, type, 1);
    }

    /// <summary>Remembers a Queued task if none has been Queued for longer.</summary>
    public void AddQueued(TaskId id, DateTimeOffset since)
    {
        if (OldestQueued is null || (since, id).CompareTo((OldestQueued.Since, OldestQueued.Id)) < 0)
            OldestQueued = new OldestQueued(id, since);
    }

    /// <summary>Remembers a Scheduled task if none is due before it.</summary>
    public void AddScheduled(TaskId id, DateTimeOffset dueAt)
    {
        if (FirstDue is null || (dueAt, id).CompareTo((FirstDue.DueAt, FirstDue.Id)) < 0)
            FirstDue = new OverdueTask(id, dueAt);
    }

    public void Add(Tally other)
    {
        foreach (var (state, count) in other.ByState)
            Add(ByState, state, count);
        foreach (var (type, count) in other.ByType)
            Add(ByType, type, count);
    }

    private static void Add<TKey>(Dictionary<TKey, long> counts, TKey key, long count)
        where TKey : notnull => CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _) += count;
}
