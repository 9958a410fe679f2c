using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Listing;

/// <summary>A task found: as the index shows it, or only its id.</summary>
internal sealed record Found(Segment Segment, TaskId Id, TaskRecord? Task);

/// <summary>Reads a segment's part of an index, newest first, some rows at a time.</summary>
internal sealed class SegmentCursor
{
    private static readonly string[] KeysOnly = ["PartitionKey", "RowKey"];

    private readonly Queue<Found> _rows = new();
    private readonly Segment _segment;
    private readonly ListPlan _plan;
    private readonly TaskId _oldest;

    /// <param name="before">Only ids before it.</param>
    /// <param name="oldest">Only ids not before it.</param>
    public SegmentCursor(Segment segment, ListPlan plan, TaskId before, TaskId oldest)
    {
        _segment = segment;
        _plan = plan;
        var end = TaskKeys.FirstOf(segment.To);
        var begin = TaskKeys.FirstOf(segment.From);
        Bound = before < end ? before : end;
        _oldest = oldest > begin ? oldest : begin;
    }

    /// <summary>The next task that was read; null: none.</summary>
    public Found? Head => _rows.TryPeek(out var found) ? found : null;

    /// <summary>Rows read and not yet taken.</summary>
    public int Count => _rows.Count;

    /// <summary>Rows read so far.</summary>
    public int Read { get; private set; }

    /// <summary>What was not read yet has ids before it.</summary>
    public TaskId Bound { get; private set; }

    /// <summary>Whether all is read.</summary>
    public bool IsExhausted { get; private set; }

    public Found Take() => _rows.Dequeue();

    /// <summary>Reads on: one request.</summary>
    /// <param name="count">Rows to read at most, 1–1,000.</param>
    public async Task ReadAsync(TableReader reader, DayTables tables, int count, CancellationToken cancellationToken)
    {
        var rows = reader.QueryAsync(
            tables.NameOf(_segment.Day, _segment.Shard),
            _segment.Partition,
            _plan.Prefix + TaskKeys.Invert(Bound),

            // One more character: the oldest itself is wanted.
            _plan.Prefix + TaskKeys.Invert(_oldest) + '!',
            isFromExclusive: true,
            pageSize: count,
            columns: _plan.IsResolved ? KeysOnly : TaskColumns.Listed,
            cancellationToken: cancellationToken);
        var read = 0;
        await foreach (var row in rows)
        {
            var task = _plan.IsResolved ? null : TaskRow.Read(row);
            Bound = task?.Id ?? TaskKeys.IdAtEnd(row.RowKey);
            _rows.Enqueue(new Found(_segment, Bound, task));
            Read++;
            if (++read == count)
                return;
        }

        IsExhausted = true;
    }
}
