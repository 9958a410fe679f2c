using System.Collections.Concurrent;
using System.Globalization;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Verification;

/// <summary>What a partition came to.</summary>
/// <param name="Found">What is wrong.</param>
/// <param name="After">The last task that was looked at more closely; null: there were no more.</param>
internal sealed record CheckedPartition(IReadOnlyList<Suspicion> Found, TaskId? After, int Tasks, long Rows);

/// <summary>
/// Checks a partition of a day table. It is read once, page by page; what looks wrong in that may only have changed between two pages, so each such task is
/// read again on its own, all its rows as of one version, and, if it still looks wrong, once more a moment later: it may be being deleted.
/// </summary>
internal sealed class PartitionCheck
{
    /// <summary>Tasks, with their edges and dependencies, looked at more closely in one call, at least one task; the next call takes the others.</summary>
    public const int LooksPerCall = 100;

    private const int AtOnce = 4;

    private readonly TableReader _reader;
    private readonly TaskRowsReader _taskReader;
    private readonly TaskRowsCheck _rowsCheck;
    private readonly RelationsCheck _relations;
    private readonly SegmentsCheck _segments;
    private readonly TimeProvider _time;

    public PartitionCheck(TableReader reader, TaskRowsReader taskReader, TaskRowsCheck rowsCheck, RelationsCheck relations, SegmentsCheck segments, TimeProvider time)
    {
        _reader = reader;
        _taskReader = taskReader;
        _rowsCheck = rowsCheck;
        _relations = relations;
        _segments = segments;
        _time = time;
    }

    /// <summary>How long after the first look what looks wrong is looked at again.</summary>
    public TimeSpan SecondLookAfter { get; set; } = TimeSpan.FromSeconds(2);

    /// <param name="after">Tasks up to this one have been looked at.</param>
    public async Task<CheckedPartition> CheckAsync(DayTable table, string partition, TaskId? after, CancellationToken cancellationToken)
    {
        var rows = await PartitionRows.ReadAsync(_reader, table.Name, partition, cancellationToken);
        var suspects = rows.Tasks.Where(task => !(task.Id <= after)).OrderBy(task => task.Id).Where(task => NeedsLook(task)).ToList();
        var looked = TakeSome(suspects);
        var found = await LookAsync(looked, cancellationToken);

        var others = after is null ? await FindInPartitionAsync(table, rows, cancellationToken) : [];
        if (found.Count + others.Count > 0)
        {
            await Task.Delay(SecondLookAfter, _time, cancellationToken);
            found = await LookAsync([.. looked.Where(task => found.ContainsKey(task.Id))], cancellationToken);
            if (others.Count > 0)
                others = await FindInPartitionAsync(table, await PartitionRows.ReadAsync(_reader, table.Name, partition, cancellationToken), cancellationToken);
        }

        List<Suspicion> all = [.. others, .. found.OrderBy(task => task.Key).SelectMany(task => task.Value)];
        if (after is null)
            all.InsertRange(0, rows.FindForeign().Select(finding => new Suspicion(finding, Repair: null)));
        return new CheckedPartition(all, suspects.Count > looked.Count ? looked[^1].Id : null, after is null ? rows.Tasks.Count(task => task.Row is not null) : 0, after is null ? rows.Count : 0);
    }

    /// <summary>Whether a task looks wrong, or has relations that must be looked at where they lead.</summary>
    private bool NeedsLook(TaskRows task) =>
        _rowsCheck.Find(task).Count > 0 || task.Edges.Count > 0 || task.Row?.GetString(TaskColumns.WaitingFor) is { Length: > 0 };

    private static List<TaskRows> TakeSome(IEnumerable<TaskRows> suspects)
    {
        var taken = new List<TaskRows>();
        var looks = 0;
        foreach (var task in suspects)
        {
            looks += 1 + task.Edges.Count + (task.Row?.GetString(TaskColumns.WaitingFor)?.Split(',').Length ?? 0);
            if (looks > LooksPerCall && taken.Count > 0)
                break;
            taken.Add(task);
        }

        return taken;
    }

    private async Task<ConcurrentDictionary<TaskId, IReadOnlyList<Suspicion>>> LookAsync(IReadOnlyList<TaskRows> tasks, CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<TaskId, IReadOnlyList<Suspicion>>();
        await Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (task, token) =>
        {
            List<Suspicion> suspicions = [.. await _relations.FindAsync(task, token)];
            if (_rowsCheck.Find(task).Count > 0 && await _taskReader.ReadAsync(task.Id, [.. task.Indexes.Select(row => row.RowKey), .. task.States.Select(row => row.RowKey)], token) is { } now)
                suspicions.InsertRange(0, _rowsCheck.Find(now));
            if (suspicions.Count > 0)
                found[task.Id] = suspicions;
        });
        return found;
    }

    /// <summary>What is wrong with the partition as a whole.</summary>
    private async Task<IReadOnlyList<Suspicion>> FindInPartitionAsync(DayTable table, PartitionRows rows, CancellationToken cancellationToken)
    {
        if (!int.TryParse(rows.Partition, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var shard))
            return [];

        var segments = await _segments.ReadAsync(table.Day, shard, cancellationToken);
        return [.. _segments.FindOutside(table.Day, shard, segments, rows), .. await _segments.FindMiscountedAsync(segments, rows, cancellationToken)];
    }
}
