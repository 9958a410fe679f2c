using Azure.Data.Tables;
using Orchestrator.Recovery;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Storage.Verification;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Recovery;

/// <summary>
/// Removes parts of payloads that no task names, segment by segment. A segment is looked at until it is closed and the tasks in it that have large payloads
/// are over: afterwards nothing is written there that could be left behind.
/// </summary>
internal sealed class PayloadOrphans : IPayloadOrphans, IDisposable
{
    /// <summary>Partitions that a call asks.</summary>
    public const int PartitionsPerCall = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private static readonly string[] Named = ["PartitionKey", "RowKey", "Timestamp", TaskColumns.State, TaskColumns.InputChunks, TaskColumns.InputHash, TaskColumns.OutputChunks, TaskColumns.OutputHash];
    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey", "Timestamp"];

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SegmentRounds _rounds;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly RowRepairs _repairs;
    private readonly TimeProvider _time;

    public PayloadOrphans(SegmentDirectory directory, TableReader reader, DayTables tables, RowRepairs repairs, TimeProvider time)
    {
        _rounds = new SegmentRounds(directory);
        _reader = reader;
        _tables = tables;
        _repairs = repairs;
        _time = time;
    }

    public void Dispose() => _turn.Dispose();

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var removed = 0;
            foreach (var segment in await _rounds.NextAsync(PartitionsPerCall, _time.GetUtcNow(), cancellationToken))
                removed += await SweepAsync(segment, cancellationToken);
            return removed;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<int> SweepAsync(Segment segment, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var chunks = new List<RowMark>();
        await foreach (var row in _reader.QueryAsync(_tables.NameOf(segment.Day, segment.Shard), segment.Partition, "p!", "p\"", columns: KeysOnly, cancellationToken: cancellationToken))
            chunks.Add(RowMark.Of(row));

        var removed = 0;
        var mayChange = now < DateTimeOffset.FromUnixTimeMilliseconds(segment.To) + TaskRowsCheck.PayloadGrace;
        foreach (var group in chunks.GroupBy(chunk => TaskKeys.IdAtEnd(chunk.RowKey.Substring(2, TaskId.Length))))
        {
            var task = (await _reader.GetAsync(_tables.NameOf(group.Key), segment.Partition, TaskKeys.Task(group.Key), cancellationToken, Named))?.Row;
            RowMark[] unnamed = [.. group.Where(chunk => !IsNamed(task, group.Key, chunk))];
            RowMark[] old = [.. unnamed.Where(chunk => chunk.WrittenAt < now - TaskRowsCheck.PayloadGrace)];
            await _repairs.DeleteAsync(_tables.NameOf(group.Key), segment.Partition, old, cancellationToken);
            removed += old.Length;
            mayChange |= unnamed.Length > old.Length || (task is not null && !Enum.Parse<TaskState>(task.RequireText(TaskColumns.State)).IsTerminal());
        }

        _rounds.Settle(segment, mayChange ? now + Pause : null);
        return removed;
    }

    /// <summary>Whether the task row names the chunk; one of a payload without hash, as release 1 wrote them, is left alone.</summary>
    private static bool IsNamed(TableEntity? task, TaskId id, RowMark chunk) => task is not null
        && (StartsWith(chunk, id, PayloadChunks.Input, task, TaskColumns.InputChunks, TaskColumns.InputHash) || StartsWith(chunk, id, PayloadChunks.Output, task, TaskColumns.OutputChunks, TaskColumns.OutputHash));

    private static bool StartsWith(RowMark chunk, TaskId id, char payload, TableEntity task, string chunks, string hash) =>
        task.GetInt32(chunks) is > 0 && chunk.RowKey.StartsWith(TaskKeys.ChunkPrefix(id, payload, task.GetString(hash)), StringComparison.Ordinal);
}
