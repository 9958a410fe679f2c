using System.Collections.Concurrent;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>Holds a task's edges and dependencies against the tasks at their other ends.</summary>
internal sealed class RelationsCheck
{
    private const int AtOnce = 8;

    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly RowRepairs _repairs;
    private readonly ITaskEdges _edges;
    private readonly TaskLifecycle _lifecycle;

    public RelationsCheck(TableReader reader, DayTables tables, RowRepairs repairs, ITaskEdges edges, TaskLifecycle lifecycle)
    {
        _reader = reader;
        _tables = tables;
        _repairs = repairs;
        _edges = edges;
        _lifecycle = lifecycle;
    }

    /// <summary>What is wrong between the task and others.</summary>
    public async Task<IReadOnlyList<Suspicion>> FindAsync(TaskRows rows, CancellationToken cancellationToken)
    {
        if (rows.IsNewer || rows.Row is null)
            return [];

        var found = new ConcurrentBag<Suspicion>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(rows.Edges, parallel, async (edge, token) =>
        {
            if (await FindInEdgeAsync(rows.Id, edge, token) is { } suspicion)
                found.Add(suspicion);
        });

        // While it is marked, it may be just about to be tied to those it waits for.
        if (rows.Row.GetString(TaskColumns.WaitingFor) is { Length: > 0 } waitingFor && rows.Row.GetBoolean(TaskColumns.Unstarted) == false)
        {
            await Parallel.ForEachAsync(waitingFor.Split(','), parallel, async (text, token) =>
            {
                if (TaskId.TryParse(text, out var predecessor) && await FindInDependencyAsync(rows.Id, predecessor, token) is { } suspicion)
                    found.Add(suspicion);
            });
        }

        return [.. found.OrderBy(suspicion => suspicion.Finding.RowKey, StringComparer.Ordinal)];
    }

    private async Task<Suspicion?> FindInEdgeAsync(TaskId predecessor, RowMark edge, CancellationToken cancellationToken)
    {
        // The dependent is written before the edge.
        var dependent = TaskKeys.IdAtEnd(edge.RowKey);
        if (await ReadAsync(dependent, cancellationToken) is not null)
            return null;

        return Suspect(
            predecessor, FindingCodes.EdgeOrphan, edge.RowKey, $"Task {dependent}, to which the edge leads, is not there.",
            token => _repairs.DeleteAsync(_tables.NameOf(predecessor), TaskKeys.Partition(predecessor.Shard), [edge], token));
    }

    private async Task<Suspicion?> FindInDependencyAsync(TaskId dependent, TaskId predecessor, CancellationToken cancellationToken)
    {
        // In this order: who is told is told before the one that tells is done.
        var other = await ReadAsync(predecessor, cancellationToken);
        var isTied = await _reader.GetAsync(_tables.NameOf(predecessor), TaskKeys.Partition(predecessor.Shard), TaskKeys.Edge(predecessor, dependent), cancellationToken, ["RowKey"]) is not null;
        var own = await ReadAsync(dependent, cancellationToken);
        if (own is null || !own.WaitingFor.Contains(predecessor) || own.Unstarted)
            return null;

        if (other is null || (other.State.IsTerminal() && !other.Unstarted))
        {
            return Suspect(
                dependent, FindingCodes.DependencyUntold, TaskKeys.Task(dependent), $"The task waits for task {predecessor}, which is {(other is null ? "gone" : other.State)} and tells nobody any more.",
                async token => await _lifecycle.EndDependencyAsync(dependent, predecessor, other?.State, token) is { Record: var told } && !told.WaitingFor.Contains(predecessor));
        }

        if (isTied || other.State.IsTerminal())
            return null;

        return Suspect(
            dependent, FindingCodes.DependencyUntied, TaskKeys.Edge(predecessor, dependent), $"The task waits for task {predecessor}, which does not know of it.",
            async token => await _edges.AddAsync(predecessor, dependent, token) is EdgeOutcome.Added);
    }

    private async Task<TaskRecord?> ReadAsync(TaskId id, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_tables.NameOf(id), TaskKeys.Partition(id.Shard), TaskKeys.Task(id), cancellationToken, TaskRows.Columns) is { Row: var row } ? TaskRow.Read(row) : null;

    private Suspicion Suspect(TaskId task, string code, string rowKey, string message, Func<CancellationToken, Task<bool>> repair) =>
        new(new StorageFinding(code, message) { Table = _tables.NameOf(task), Partition = TaskKeys.Partition(task.Shard), RowKey = rowKey, TaskId = task.ToString() }, repair);
}
