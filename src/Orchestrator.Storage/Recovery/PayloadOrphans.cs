using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Orchestrator.Recovery;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Verification;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Recovery;

/// <summary>
/// Removes parts of payloads that no task names, partition by partition. One is looked at until its segments are closed and the tasks in it that have large payloads
/// are over: afterwards nothing is written there that could be left behind.
/// </summary>
internal sealed partial class PayloadOrphans : IPayloadOrphans, IDisposable
{
    /// <summary>Partitions that a call asks at most. No more than are due.</summary>
    public const int PartitionsPerCall = 64;

    /// <summary>After so long a call asks no other partition.</summary>
    public static readonly TimeSpan TimePerCall = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly string[] Named = ["PartitionKey", "RowKey", "Timestamp", TaskColumns.Schema, TaskColumns.State, TaskColumns.InputChunks, TaskColumns.InputHash, TaskColumns.OutputChunks, TaskColumns.OutputHash];
    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey", "Timestamp"];

    private readonly SemaphoreSlim _turn = new(1);
    private readonly PartitionRounds _rounds;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly RowRepairs _repairs;
    private readonly TimeProvider _time;
    private readonly ILogger<PayloadOrphans> _logger;

    public PayloadOrphans(SegmentDirectory directory, TableReader reader, DayTables tables, RowRepairs repairs, TimeProvider time, ILogger<PayloadOrphans> logger)
    {
        _rounds = new PartitionRounds(directory, Pause);
        _reader = reader;
        _tables = tables;
        _repairs = repairs;
        _time = time;
        _logger = logger;
    }

    public void Dispose() => _turn.Dispose();

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var removed = 0;
            var partitions = await _rounds.NextAsync(PartitionsPerCall, _time.GetUtcNow(), cancellationToken);
            var began = _time.GetTimestamp();
            foreach (var partition in partitions)
            {
                removed += await SweepAsync(partition, cancellationToken);
                if (_time.GetElapsedTime(began) >= TimePerCall)
                    break;
            }

            return removed;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<int> SweepAsync(SegmentPartition partition, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var table = _tables.NameOf(partition.Day, partition.Shard);
        var chunks = new List<(TaskId Task, RowMark Mark)>();
        await foreach (var row in _reader.QueryAsync(table, partition.Key, "p!", "p\"", columns: KeysOnly, cancellationToken: cancellationToken))
        {
            if (TaskRowKey.TryParse(row.RowKey, out var key))
                chunks.Add((key.Task, RowMark.Of(row)));
            else
                LogUnreadable(row.RowKey, table, partition.Key);
        }

        var removed = 0;
        var mayChange = now < DateTimeOffset.FromUnixTimeMilliseconds(partition.To) + TaskRowsCheck.PayloadGrace;
        foreach (var group in chunks.GroupBy(chunk => chunk.Task, chunk => chunk.Mark))
        {
            var task = (await _reader.GetAsync(table, partition.Key, TaskKeys.Task(group.Key), cancellationToken, Named))?.Row;
            if (task is not null && StateOf(task) is null)
            {
                // Only the release that has written the task knows which parts it names.
                LogUnreadable(task.RowKey, table, partition.Key);
                continue;
            }

            RowMark[] unnamed = [.. group.Where(chunk => !IsNamed(task, group.Key, chunk))];
            RowMark[] old = [.. unnamed.Where(chunk => chunk.WrittenAt < now - TaskRowsCheck.PayloadGrace)];
            await _repairs.DeleteAsync(table, partition.Key, old, cancellationToken);
            removed += old.Length;
            mayChange |= unnamed.Length > old.Length || (task is not null && !StateOf(task)!.Value.IsTerminal());
        }

        _rounds.Settle(partition, mayChange ? now + Pause : null);
        return removed;
    }

    /// <summary>The state of a task; null when this release cannot read it.</summary>
    private static TaskState? StateOf(TableEntity task) =>
        !(task.GetInt32(TaskColumns.Schema) > TaskRow.SchemaVersion) && Enum.TryParse<TaskState>(task.GetString(TaskColumns.State), out var state) && Enum.IsDefined(state) ? state : null;

    /// <summary>Whether the task row names the chunk; one of a payload without hash, as release 1 wrote them, is left alone.</summary>
    private static bool IsNamed(TableEntity? task, TaskId id, RowMark chunk) => task is not null
        && (StartsWith(chunk, id, PayloadChunks.Input, task, TaskColumns.InputChunks, TaskColumns.InputHash) || StartsWith(chunk, id, PayloadChunks.Output, task, TaskColumns.OutputChunks, TaskColumns.OutputHash));

    private static bool StartsWith(RowMark chunk, TaskId id, char payload, TableEntity task, string chunks, string hash) =>
        task.GetInt32(chunks) is > 0 && chunk.RowKey.StartsWith(TaskKeys.ChunkPrefix(id, payload, task.GetString(hash)), StringComparison.Ordinal);

    [LoggerMessage(2061, LogLevel.Warning, "Row {RowKey} in {Table}/{Partition} cannot be read, so the parts of payloads that belong to it are left alone. 'storage verify' says more.")]
    private partial void LogUnreadable(string rowKey, string table, string partition);
}
