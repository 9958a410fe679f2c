using Azure.Data.Tables;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Dependencies;

/// <summary>Edges between tasks, as rows in the predecessor's partition.</summary>
internal sealed class TableTaskEdges : ITaskEdges
{
    private const int Tries = 20;
    private const int Turns = 64;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Turns).Select(_ => new SemaphoreSlim(1))];

    private readonly ITaskStore _store;
    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly DayTables _tables;

    public TableTaskEdges(ITaskStore store, BatchingWriter writer, TableReader reader, DayTables tables)
    {
        _store = store;
        _writer = writer;
        _reader = reader;
        _tables = tables;
    }

    public async Task<EdgeOutcome> AddAsync(TaskId predecessor, TaskId dependent, CancellationToken cancellationToken)
    {
        // Each edge moves the predecessor's version: those of this process take turns.
        var turn = _turns[predecessor.GetHashCode() & (Turns - 1)];
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await AddInTurnAsync(predecessor, dependent, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<EdgeOutcome> AddInTurnAsync(TaskId predecessor, TaskId dependent, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await _store.GetAsync(predecessor, cancellationToken) is not { } current)
                return new EdgeOutcome.NoPredecessor();
            if (current.Record.State.IsTerminal())
                return new EdgeOutcome.PredecessorOver(current.Record.State);

            switch (await _writer.WriteAsync(Edge(current, dependent), cancellationToken))
            {
                case RowGroupOutcome.Written:
                    return new EdgeOutcome.Added();
                case RowGroupOutcome.Conflict { Index: EdgeIndex }:
                    // Written before, and with it the mark on the predecessor.
                    return new EdgeOutcome.Added();
            }
        }

        throw new TaskContendedException(predecessor, Tries);
    }

    public async Task<IReadOnlyList<TaskId>> ListAsync(TaskId predecessor, TaskId? after, int limit, CancellationToken cancellationToken)
    {
        var prefix = TaskKeys.EdgePrefix(predecessor);
        var rows = _reader.QueryAsync(
            _tables.NameOf(predecessor),
            TaskKeys.Partition(predecessor.Shard),
            after is { } last ? TaskKeys.Edge(predecessor, last) : prefix,
            TaskKeys.After(prefix),
            isFromExclusive: true,
            pageSize: Math.Min(limit, 1_000),
            cancellationToken: cancellationToken);
        var dependents = new List<TaskId>();
        await foreach (var row in rows)
        {
            dependents.Add(TaskKeys.IdAtEnd(row.RowKey));
            if (dependents.Count == limit)
                break;
        }

        return dependents;
    }

    private const int EdgeIndex = 1;

    /// <summary>The mark is written even when it is there already: it is the version that keeps the end from being decided meanwhile.</summary>
    private RowGroup Edge(StoredTask predecessor, TaskId dependent)
    {
        var task = predecessor.Record;
        var partition = TaskKeys.Partition(task.Id.Shard);
        var marked = TaskDecisions.AddDependent(task)?.After ?? task;
        return new RowGroup(
            _tables.NameOf(task.Id),
            partition,
            [
                RowOperation.Merge(TaskRow.Merge(task, marked), predecessor.Version.Value),
                RowOperation.Insert(new TableEntity(partition, TaskKeys.Edge(task.Id, dependent)) { [TaskColumns.Schema] = TaskRow.SchemaVersion }),
            ],
            EdgeIndex);
    }
}
