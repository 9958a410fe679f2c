using System.Text.Json;
using Azure.Data.Tables;
using Orchestrator.Errors;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Retention;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tasks;

/// <summary>
/// Deletes a task with all its rows: first what leads to it from elsewhere (<see cref="TaskTraces"/>), then what hangs on it, then its task
/// row with the state index. As long as the task row is there, a call broken off can be made again, and finds the rest.
/// </summary>
internal sealed class TaskDeleter
{
    private const int Tries = 5;

    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey"];

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly TaskTraces _traces;
    private readonly TaskCounter _counter;

    public TaskDeleter(BatchingWriter writer, TableReader reader, DayTables tables, TaskTraces traces, TaskCounter counter)
    {
        _writer = writer;
        _reader = reader;
        _tables = tables;
        _traces = traces;
        _counter = counter;
    }

    public async Task<DeleteOutcome> DeleteAsync(TaskId id, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await _reader.GetAsync(_tables.NameOf(id), TaskKeys.Partition(id.Shard), TaskKeys.Task(id), cancellationToken) is not { Row: var row })
                return new DeleteOutcome.NotFound();

            var task = TaskRow.Read(row);
            if (!task.State.IsTerminal())
                return new DeleteOutcome.NotFinished(task);

            await _traces.RemoveAsync([task], cancellationToken);

            // Whoever counts in between counts the task; so the count is forgotten before, for a crash, and after.
            await _counter.ForgetAsync(id, cancellationToken);
            if (!await TryDeleteRowsAsync(task, row.ETag.ToString(), cancellationToken))
                continue;
            await _counter.ForgetAsync(id, cancellationToken);
            return new DeleteOutcome.Deleted();
        }

        throw new TaskContendedException(id, Tries);
    }

    /// <summary>Deletes the rows in a task's partition.</summary>
    /// <param name="version">ETag of its row.</param>
    /// <returns>False when the task was written meanwhile: then its row is still there.</returns>
    public async Task<bool> TryDeleteRowsAsync(TaskRecord task, string version, CancellationToken cancellationToken)
    {
        var (id, partition) = (task.Id, TaskKeys.Partition(task.Id.Shard));
        var reading = Task.WhenAll(new[] { TaskKeys.ChunkPrefix(id), TaskKeys.LogPrefix(id), TaskKeys.EdgePrefix(id) }.Select(prefix => ReadAsync(id, prefix, KeysOnly, cancellationToken)));
        var reportReading = _reader.GetAsync(_tables.NameOf(id), partition, TaskKeys.Report(id), cancellationToken, KeysOnly);
        var events = await ReadAsync(id, TaskKeys.EventPrefix(id), columns: null, cancellationToken);
        var report = await reportReading;
        var more = (await reading).SelectMany(rows => rows).Concat(report is null ? [] : [report.Row]);
        var agents = events.Select(EventRow.Read).Select(AgentOf).Append(task.Agent).OfType<string>().Distinct(StringComparer.Ordinal);

        // The events last: they say which agents there were.
        await DeleteAsync(id, [.. more.Select(row => row.RowKey), .. TaskChangeRows.WrittenOnce(task), .. agents.Select(agent => TaskKeys.Agent(agent, id))], cancellationToken);
        await DeleteAsync(id, [.. events.Select(taskEvent => taskEvent.RowKey)], cancellationToken);

        // What was written since has moved the version, and may have left rows that were not seen.
        RowOperation[] last = [RowOperation.Delete(partition, TaskKeys.Task(id), version), RowOperation.DeleteIfExists(partition, TaskKeys.State(task.State, id))];
        return await _writer.WriteAsync(new RowGroup(_tables.NameOf(id), partition, last, 0), cancellationToken) is RowGroupOutcome.Written;
    }

    /// <summary>Whom an event gave an attempt to.</summary>
    private static string? AgentOf(TaskEvent taskEvent) =>
        taskEvent is { Type: TaskEventType.Started or TaskEventType.TakenOver, Detail: { ValueKind: JsonValueKind.Object } detail } && detail.TryGetProperty("agent", out var agent)
            ? agent.GetString()
            : null;

    private async Task<List<TableEntity>> ReadAsync(TaskId id, string prefix, IReadOnlyList<string>? columns, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _reader.QueryAsync(_tables.NameOf(id), TaskKeys.Partition(id.Shard), prefix, TaskKeys.After(prefix), columns: columns, cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    /// <summary>Deletes rows in transactions of up to 100; no matter which of them are there.</summary>
    private async Task DeleteAsync(TaskId id, IReadOnlyList<string> rowKeys, CancellationToken cancellationToken)
    {
        var partition = TaskKeys.Partition(id.Shard);
        foreach (var part in rowKeys.Chunk(RowLimits.TransactionOperations))
        {
            // Refused, it would leave behind what nobody looks for once the task row is gone.
            if (await _writer.WriteAsync(new RowGroup(_tables.NameOf(id), partition, [.. part.Select(key => RowOperation.DeleteIfExists(partition, key))], 0), cancellationToken) is not RowGroupOutcome.Written)
                throw new TaskContendedException(id, tries: 1);
        }
    }
}
