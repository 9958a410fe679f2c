using System.Collections.Concurrent;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// The attempts that are worked on in this process, each under a holder's name of its own. By the name it can be told whether the
/// work still goes on, so that after a crash nobody waits for a lease whose holder is gone.
/// </summary>
public sealed class AttemptHolders
{
    private readonly ConcurrentDictionary<string, AttemptHolder> _holders = new(StringComparer.Ordinal);
    private readonly string _prefix;
    private long _last;

    /// <summary>Creates an empty set.</summary>
    /// <param name="process">This process.</param>
    /// <param name="registry">Tells this set from another one of the same process.</param>
    public AttemptHolders(ProcessIdentity process, string registry) => _prefix = $"{process}#{registry}#";

    /// <summary>Begins to work on a task. Disposing the holder ends it.</summary>
    public AttemptHolder Begin(TaskId task)
    {
        var holder = new AttemptHolder($"{_prefix}{Interlocked.Increment(ref _last)}", task, ended => _holders.TryRemove(ended.Name, out _));
        _holders[holder.Name] = holder;
        return holder;
    }

    /// <summary>Asks whoever works on the task in this process to stop. Another process learns of it when it renews its lease.</summary>
    public void Stop(TaskId task)
    {
        foreach (var holder in _holders.Values.Where(holder => holder.Task == task))
            holder.Stop();
    }

    /// <summary>Whether the holder is one of this process.</summary>
    public bool IsOurs(string name) => name.StartsWith(_prefix, StringComparison.Ordinal);

    /// <summary>Whether the holder is known for certain to work no more.</summary>
    public bool HasEnded(string name)
    {
        if (IsOurs(name))
            return !_holders.ContainsKey(name);

        var end = name.IndexOf('#', StringComparison.Ordinal);
        return end > 0 && ProcessIdentity.Parse(name[..end])?.HasEnded() == true;
    }
}
