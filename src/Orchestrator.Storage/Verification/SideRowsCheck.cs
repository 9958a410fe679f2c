using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Retention;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>Checks the rows outside the day tables that stand for tasks, or say where they are.</summary>
internal sealed partial class SideRowsCheck
{
    /// <summary>Who takes a key or name writes the task at once; a submitter that died may still come again.</summary>
    public static readonly TimeSpan KeyGrace = TimeSpan.FromDays(1);

    /// <summary>Who does not wait any more, as it was cancelled, keeps its place until it is its turn.</summary>
    public static readonly TimeSpan QueueGrace = TimeSpan.FromDays(1);

    /// <summary>Who marks a dead letter writes it at once; one that died is followed by another delivery.</summary>
    public static readonly TimeSpan MarkGrace = TimeSpan.FromDays(1);

    private const int Schema = 1;
    private const int DeadLetterSchema = 2;

    private readonly TableReader _reader;
    private readonly DayTables _tables;
    private readonly TableClients _clients;
    private readonly RowRepairs _repairs;
    private readonly SegmentsCheck _segments;
    private readonly TimeProvider _time;

    public SideRowsCheck(TableReader reader, DayTables tables, TableClients clients, RowRepairs repairs, SegmentsCheck segments, TimeProvider time)
    {
        _reader = reader;
        _tables = tables;
        _clients = clients;
        _repairs = repairs;
        _segments = segments;
        _time = time;
    }

    /// <summary>The tables that are checked here, without prefix.</summary>
    public static IReadOnlyList<string> Tables { get; } = [DayKeys.Table, IdempotencyKeys.Table, WakeKeys.Table, SlotQueueKeys.Table, DeadLetterKeys.Table];

    /// <summary>What is wrong with a row; null: nothing.</summary>
    public async Task<Suspicion?> FindAsync(string table, TableEntity row, CancellationToken cancellationToken)
    {
        var known = table == DeadLetterKeys.Table ? DeadLetterSchema : Schema;
        if (row.GetInt32(TaskColumns.Schema) is { } schema && schema > known)
            return Suspect(table, row, FindingCodes.SchemaNewer, $"The row has schema {schema}; this release knows {known}. Verify with the release that has written it.", repair: null);

        try
        {
            return table switch
            {
                DayKeys.Table => await FindInDirectoryAsync(row, cancellationToken),
                IdempotencyKeys.Table => await FindInKeyAsync(row, cancellationToken),
                WakeKeys.Table => await FindInWakeAsync(row, cancellationToken),
                DeadLetterKeys.Table => await FindInDeadLetterAsync(row, cancellationToken),
                _ => await FindInQueueAsync(row, cancellationToken),
            };
        }
        catch (Exception exception) when (UnreadableRows.IsMeant(exception))
        {
            return Suspect(table, row, FindingCodes.RowUnknown, $"The row cannot be read: {exception.Message}", repair: null);
        }
    }

    private async Task<Suspicion?> FindInDirectoryAsync(TableEntity row, CancellationToken cancellationToken)
    {
        switch (row.PartitionKey)
        {
            case SegmentKeys.Partition:
                _ = SegmentRow.Read(row).ToList();
                return null;
            case DayKeys.Partition:
                _ = DayKeys.Parse(row.RowKey);
                return null;
            case CountKeys.Partition:
                _ = CountRow.Read(row);
                return await HasSegmentAsync(row.RowKey, cancellationToken)
                    ? null
                    : Suspect(DayKeys.Table, row, FindingCodes.CountOrphan, "The directory names no such segment.", token => DeleteAsync(DayKeys.Table, row, token));
            case RetentionRow.Partition:
                _ = RetentionRow.Read(row);
                return await HasSegmentAsync(row.RowKey, cancellationToken)
                    ? null
                    : Suspect(DayKeys.Table, row, FindingCodes.RetentionOrphan, "The directory names no such segment.", token => DeleteAsync(DayKeys.Table, row, token));
            default:
                // Beside the directory other things are kept that say nothing of tasks.
                return null;
        }
    }

    /// <summary>Whether there is the segment that a count, or what retention has noted, is of.</summary>
    private async Task<bool> HasSegmentAsync(string rowKey, CancellationToken cancellationToken)
    {
        var (shard, from) = CountKeys.Parse(rowKey);
        var segments = await _segments.ReadAsync(DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(from).UtcDateTime), shard, cancellationToken);
        return segments.Any(segment => segment.From == from);
    }

    private async Task<Suspicion?> FindInKeyAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var task = TaskId.Parse(row.RequireText("Id"));
        var now = _time.GetUtcNow();
        var isName = row.RowKey.StartsWith("n!", StringComparison.Ordinal);
        if (!isName && !row.RowKey.StartsWith("k!", StringComparison.Ordinal))
            return Suspect(IdempotencyKeys.Table, row, FindingCodes.RowUnknown, "The key of the row is none that a release known here has written.", repair: null);

        var isOver = row.GetDateTimeOffset("ExpiresAt") <= now || (row.Timestamp < now - KeyGrace && task.CreatedAt < now - KeyGrace);
        if (!isOver || await ReadTaskAsync(task, cancellationToken) is not null)
            return null;

        return Suspect(
            IdempotencyKeys.Table, row, isName ? FindingCodes.NameOrphan : FindingCodes.KeyOrphan, $"Task {task}, for which the {(isName ? "name" : "key")} stands, is not there.",
            token => ReleaseAsync(row, task, token));
    }

    /// <summary>A submitter may be just about to write the task after all: then the row is put back.</summary>
    private async Task<bool> ReleaseAsync(TableEntity row, TaskId task, CancellationToken cancellationToken)
    {
        if (!await DeleteAsync(IdempotencyKeys.Table, row, cancellationToken))
            return false;
        if (await ReadTaskAsync(task, cancellationToken) is null)
            return true;

        await _repairs.InsertAsync(_clients.NameOf(IdempotencyKeys.Table), row, cancellationToken);
        return false;
    }

    private async Task<Suspicion?> FindInWakeAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var wake = WakeKeys.Parse(row.RowKey);
        return await ReadTaskAsync(wake.Task, cancellationToken) is not null
            ? null
            : Suspect(WakeKeys.Table, row, FindingCodes.WakeOrphan, $"Task {wake.Task}, which is to be woken, is not there.", token => DeleteAsync(WakeKeys.Table, row, token));
    }

    private async Task<Suspicion?> FindInQueueAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var waiter = SlotQueueKeys.Read(row);
        var task = await ReadTaskAsync(TaskId.Parse(waiter.Task), cancellationToken);
        var isWaiting = task is { Lease: null } && !task.State.IsTerminal() && task.LeaseEpoch < waiter.Ticket;
        if (isWaiting || row.Timestamp > _time.GetUtcNow() - QueueGrace)
            return null;

        var what = task is null ? "is not there" : task.State.IsTerminal() || task.Lease is not null ? $"is {task.State}" : "waits with another ticket";
        return Suspect(SlotQueueKeys.Table, row, FindingCodes.QueueOrphan, $"Task {waiter.Task} stands in the queue of a limiter and {what}.", token => DeleteAsync(SlotQueueKeys.Table, row, token));
    }

    private async Task<TaskRecord?> ReadTaskAsync(TaskId id, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_tables.NameOf(id), TaskKeys.Partition(id.Shard), TaskKeys.Task(id), cancellationToken, TaskRows.Columns) is { Row: var row } ? TaskRow.Read(row) : null;

    private Task<bool> DeleteAsync(string table, TableEntity row, CancellationToken cancellationToken) =>
        _repairs.DeleteAsync(_clients.NameOf(table), row.PartitionKey, [RowMark.Of(row)], cancellationToken);

    private Suspicion Suspect(string table, TableEntity row, string code, string message, Func<CancellationToken, Task<bool>>? repair) =>
        new(new StorageFinding(code, message) { Table = _clients.NameOf(table), Partition = row.PartitionKey, RowKey = row.RowKey }, repair);
}
