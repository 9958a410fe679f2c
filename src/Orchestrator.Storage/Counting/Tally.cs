using System.Runtime.InteropServices;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Counting;

/// <summary>Numbers of tasks by state and by type.</summary>
internal sealed record Tally(Dictionary<TaskState, long> ByState, Dictionary<string, long> ByType)
{
    public Tally()
        : this([], new Dictionary<string, long>(StringComparer.Ordinal))
    {
    }

    /// <summary>Whether all of them are over.</summary>
    public bool IsOver => ByState.Keys.All(state => state.IsTerminal());

    public void Add(TaskState state, string type)
    {
        Add(ByState, state, 1);
        Add(ByType, type, 1);
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
