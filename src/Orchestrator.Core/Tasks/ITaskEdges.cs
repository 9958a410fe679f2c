namespace Orchestrator.Tasks;

/// <summary>What recording a dependency came to.</summary>
public abstract record EdgeOutcome
{
    private EdgeOutcome()
    {
    }

    /// <summary>It is recorded: the predecessor's end will be told to the dependent.</summary>
    public sealed record Added : EdgeOutcome;

    /// <summary>The predecessor is over already; nothing is recorded.</summary>
    public sealed record PredecessorOver(TaskState State) : EdgeOutcome;

    /// <summary>There is no such predecessor.</summary>
    public sealed record NoPredecessor : EdgeOutcome;
}

/// <summary>
/// Which tasks wait for which. An edge lies in the predecessor's partition and is written in one transaction with the predecessor's row,
/// under its version: so it is either there before the end is decided, and found after it, or the end is seen instead.
/// </summary>
public interface ITaskEdges
{
    /// <summary>Records that <paramref name="dependent"/> waits for <paramref name="predecessor"/>; harmless when repeated.</summary>
    Task<EdgeOutcome> AddAsync(TaskId predecessor, TaskId dependent, CancellationToken cancellationToken);

    /// <summary>The tasks that wait for <paramref name="predecessor"/>, in the order of their ids, those after <paramref name="after"/>; at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<TaskId>> ListAsync(TaskId predecessor, TaskId? after, int limit, CancellationToken cancellationToken);
}
