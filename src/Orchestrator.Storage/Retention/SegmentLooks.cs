using Microsoft.Extensions.Logging;
using Orchestrator.Retention;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Retention;

/// <summary>The tasks of a segment.</summary>
/// <param name="IsWhole">Whether these are all: false when a row could not be read, so that nobody knows whether its task is over.</param>
internal sealed record SegmentTasks(IReadOnlyList<TaskRecord> Tasks, bool IsWhole);

/// <summary>Reads the tasks of segments, and keeps what that shows.</summary>
internal sealed class SegmentLooks
{
    /// <summary>Time for those who are just writing a task into a segment that has closed.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private static readonly string[] Columns =
    [
        .. TaskColumns.Listed, TaskColumns.IdempotencyKey, TaskColumns.IdempotencyScope, TaskColumns.DependsOn, TaskColumns.DependencyCondition, TaskColumns.HasDependents,
        TaskColumns.CallbackUrl, TaskColumns.CallbackState, TaskColumns.Slots,
    ];

    private readonly RetentionMemory _memory;
    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly TimeProvider _time;
    private readonly ILogger<SegmentLooks> _logger;

    public SegmentLooks(RetentionMemory memory, TableReader reader, DayTables tables, TimeProvider time, ILogger<SegmentLooks> logger)
    {
        _logger = logger;
        _memory = memory;
        _reader = reader;
        _tables = tables;
        _time = time;
    }

    /// <summary>Reads a segment's tasks, and keeps what that shows.</summary>
    public async Task<SegmentTasks> LookAsync(Segment segment, CancellationToken cancellationToken)
    {
        var lookedAt = _time.GetUtcNow();
        var read = await ReadAsync(segment, cancellationToken);
        var tasks = read.Tasks;
        var over = tasks.Where(task => PurgeObstacles.Find(task) is null).ToList();
        var ended = over.GroupBy(task => (task.Type, task.State))
            .Select(group => new EndedTasks(group.Key.Type, group.Key.State, group.Min(task => task.FinishedAt!.Value), group.Max(task => task.FinishedAt!.Value)));
        var isSettled = read.IsWhole && over.Count == tasks.Count && lookedAt - Margin > DateTimeOffset.FromUnixTimeMilliseconds(segment.To);
        await _memory.PutAsync(segment, new SegmentContent(lookedAt, isSettled, [.. ended]), cancellationToken);
        return read;
    }

    /// <summary>Whether a segment was released, and no task has come into it or changed since.</summary>
    public async Task<bool> IsReleasedAsync(Segment segment, CancellationToken cancellationToken) =>
        _memory.Find(segment) is { IsReleased: true, Content.LookedAt: var lookedAt }
        && await ReadAsync(segment, cancellationToken) is { IsWhole: true, Tasks: var tasks }
        && tasks.All(task => PurgeObstacles.Find(task) is null && task.FinishedAt <= lookedAt);

    private async Task<SegmentTasks> ReadAsync(Segment segment, CancellationToken cancellationToken)
    {
        var (table, tasks, isWhole) = (_tables.NameOf(segment.Day, segment.Shard), new List<TaskRecord>(), true);
        var rows = _reader.QueryAsync(
            table,
            segment.Partition,
            TaskKeys.TaskPrefix + TaskKeys.Invert(TaskKeys.FirstOf(segment.To)),
            TaskKeys.TaskPrefix + TaskKeys.Invert(TaskKeys.FirstOf(segment.From)) + '!',
            isFromExclusive: true,
            columns: Columns,
            cancellationToken: cancellationToken);
        await foreach (var row in rows)
        {
            if (_logger.TryRead(table, row, TaskRow.Read, out var task))
                tasks.Add(task);
            else
                isWhole = false;
        }

        return new SegmentTasks(tasks, isWhole);
    }
}
