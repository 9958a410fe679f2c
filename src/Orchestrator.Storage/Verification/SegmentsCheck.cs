using Azure.Data.Tables;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>Holds a partition against the directory of segments, and against the counts that are kept of them.</summary>
internal sealed class SegmentsCheck
{
    private const int RowsPerRequest = 1_000;
    private static readonly long Day = (long)TimeSpan.FromDays(1).TotalMilliseconds;

    private readonly SegmentDirectory _directory;
    private readonly SegmentRegister _register;
    private readonly TableReader _reader;
    private readonly TableClients _clients;
    private readonly RowRepairs _repairs;

    public SegmentsCheck(SegmentDirectory directory, SegmentRegister register, TableReader reader, TableClients clients, RowRepairs repairs)
    {
        _directory = directory;
        _register = register;
        _reader = reader;
        _clients = clients;
        _repairs = repairs;
    }

    private string DirectoryTable => _clients.NameOf(DayKeys.Table);

    /// <summary>The segments that there are of a day's shard, the first first. To be asked for after the partition was read: a segment is known before it has rows.</summary>
    public async Task<IReadOnlyList<Segment>> ReadAsync(DateOnly day, int shard, CancellationToken cancellationToken)
    {
        var start = new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
        var segments = new List<Segment>();
        await foreach (var segment in _directory.NewestFirstAsync(start + Day, static () => { }, RowsPerRequest, cancellationToken))
        {
            if (segment.To <= start)
                break;
            if (segment.Shard == shard && segment.Day == day)
                segments.Add(segment);
        }

        return [.. segments.OrderBy(segment => segment.From)];
    }

    /// <summary>Tasks that no segment holds.</summary>
    public IEnumerable<Suspicion> FindOutside(DateOnly day, int shard, IReadOnlyList<Segment> segments, PartitionRows rows)
    {
        TaskId[] outside = [.. rows.Tasks.Where(task => task.Row is not null && !segments.Any(segment => Holds(segment, task.Id))).Select(task => task.Id).Order()];
        foreach (var period in outside.GroupBy(id => TaskShards.PeriodOf(id.CreatedAt.ToUnixTimeMilliseconds())))
        {
            var (first, last) = (period.First(), period.Last());
            var message = $"{period.Count()} tasks, {first} to {last}, lie where the directory names no segment, so that no list shows them.";
            yield return new Suspicion(
                new StorageFinding(FindingCodes.SegmentMissing, message) { Table = rows.Table, Partition = rows.Partition, RowKey = TaskKeys.Task(first), TaskId = first.ToString() },
                token => AddAsync(day, shard, period.Key, first, last, token));
        }
    }

    /// <summary>The kept counts of a partition's segments that are not what is in it.</summary>
    public async Task<IReadOnlyList<Suspicion>> FindMiscountedAsync(IReadOnlyList<Segment> segments, PartitionRows rows, CancellationToken cancellationToken)
    {
        var found = new List<Suspicion>();
        if (rows.Tasks.Any(task => task.IsNewer || task.States.Any(row => !IsReadable(row))))
            return found;

        long end = 0;
        foreach (var segment in segments)
        {
            // As they are counted: a task of two segments belongs to the one that began first.
            var from = Math.Max(segment.From, end);
            end = Math.Max(end, segment.To);
            if (await _reader.GetAsync(DirectoryTable, CountKeys.Partition, CountKeys.Row(segment.Shard, segment.From), cancellationToken) is not { Row: var row } || CountRow.IsWithdrawn(row) || Read(row) is not { } kept)
                continue;

            var counted = Count(rows, from, segment.To);
            if (AreSame(counted.ByState, kept.ByState) && AreSame(counted.ByType, kept.ByType))
                continue;

            var message = $"The count that is kept of the segment is {Text(kept)}; there are {Text(counted)}.";
            found.Add(new Suspicion(
                new StorageFinding(FindingCodes.CountWrong, message) { Table = DirectoryTable, Partition = row.PartitionKey, RowKey = row.RowKey },
                token => _repairs.ReplaceAsync(DirectoryTable, CountRow.Withdrawn(segment.Shard, segment.From), row.ETag.ToString(), token)));
        }

        return found;
    }

    /// <summary>A kept count; null when it cannot be read, which the check of the directory says.</summary>
    private static Tally? Read(TableEntity row)
    {
        try
        {
            return CountRow.Read(row);
        }
        catch (Exception exception) when (UnreadableRows.IsMeant(exception))
        {
            return null;
        }
    }

    /// <summary>Whether a row of the index by state can be counted; if not, the check of its task says so.</summary>
    private static bool IsReadable(TableEntity row) => Enum.TryParse<TaskState>(row.GetString(TaskColumns.State), out _) && row.GetString(TaskColumns.Type) is not null;

    private static bool Holds(Segment segment, TaskId id) => id >= TaskKeys.FirstOf(segment.From) && id < TaskKeys.FirstOf(segment.To);

    private static Tally Count(PartitionRows rows, long from, long to)
    {
        var tally = new Tally();
        foreach (var row in rows.Tasks.Where(task => Holds(new Segment(default, 0, from, to), task.Id)).SelectMany(task => task.States))
            tally.Add(Enum.Parse<TaskState>(row.RequireText(TaskColumns.State)), row.RequireText(TaskColumns.Type));
        return tally;
    }

    private static bool AreSame<TKey>(Dictionary<TKey, long> one, Dictionary<TKey, long> other)
        where TKey : notnull => one.Count == other.Count && one.All(entry => other.GetValueOrDefault(entry.Key) == entry.Value);

    private static string Text(Tally tally) => tally.ByState.Count == 0
        ? "nothing"
        : string.Join(", ", tally.ByState.OrderBy(entry => entry.Key).Select(entry => $"{entry.Value} {entry.Key}").Concat(tally.ByType.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Value} of {entry.Key}")));

    /// <summary>Makes a segment known that holds tasks. Its lane is named after it: whoever repairs the same writes the same row.</summary>
    private async Task<bool> AddAsync(DateOnly day, int shard, long period, TaskId first, TaskId last, CancellationToken cancellationToken)
    {
        if (TaskShards.IsFixed(shard))
        {
            await _register.EnsureFixedAsync(day, shard);
            return true;
        }

        var from = first.CreatedAt.ToUnixTimeMilliseconds();
        var segment = new TaskSegment($"verified{shard:x2}{from:x}", period, shard, [from]);
        return await _repairs.InsertAsync(DirectoryTable, SegmentRow.Create(segment, last.CreatedAt.ToUnixTimeMilliseconds() + 1), cancellationToken);
    }
}
