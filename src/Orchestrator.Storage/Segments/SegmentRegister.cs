using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Segments;

/// <summary>Makes segments known before they get rows, and that the last one of a process is closed.</summary>
internal sealed class SegmentRegister
{
    private const int Tries = 4;

    private readonly ConcurrentDictionary<(string Lane, long Period), Entry> _entries = new();
    private readonly TableClients _clients;
    private readonly TableReader _reader;
    private readonly DayTables _tables;

    public SegmentRegister(TableClients clients, TableReader reader, DayTables tables)
    {
        _clients = clients;
        _reader = reader;
        _tables = tables;
    }

    /// <summary>Prepares a segment for its first row. At once, when it is prepared.</summary>
    /// <exception cref="Errors.StorageUnavailableException">Storage does not work; no row may be written.</exception>
    public async ValueTask EnsureAsync(TaskSegment segment)
    {
        var entry = _entries.GetOrAdd((segment.Lane, segment.Period), static _ => new Entry());
        if (Volatile.Read(ref entry.Known) >= segment.Opened.Length)
            return;

        await Task.WhenAll(_tables.EnsureTableAsync(segment.Day, segment.Shard), WriteAsync(entry, segment, closedAt: null));
        if (segment.Previous is { } previous)
            await CloseAsync(previous, segment.OpenedAt);
        _ = PrepareNextAsync(segment);
        Forget(segment);
    }

    /// <summary>Says when a lane's last segment closed, so that lists need not look into it for what is newer.</summary>
    public async Task CloseAsync(TaskSegment segment, long closedAt) =>
        await WriteAsync(_entries.GetOrAdd((segment.Lane, segment.Period), static _ => new Entry()), segment, closedAt);

    /// <summary>Makes a fixed shard of old known, for the task of an old idempotency key. The same row whoever writes it.</summary>
    public async Task EnsureFixedAsync(DateOnly day, int shard)
    {
        var days = _clients.NameOf(DayKeys.Table);
        await Task.WhenAll(_tables.EnsureTableAsync(day, shard), _tables.EnsureTableAsync(days));
        var row = new TableEntity(DayKeys.Partition, DayKeys.Row(day, shard)) { ["Schema"] = 1 };
        await CallAsync(() => _clients.Reading(days).UpsertEntityAsync(row, TableUpdateMode.Merge, CancellationToken.None));
    }

    /// <summary>
    /// Makes known where a task with an id of an earlier day lies: that day may have been dropped since. To be called before its row is written, and after:
    /// who is just dropping the day leaves alone what has been written here since it was read.
    /// </summary>
    public async Task EnsureOldAsync(TaskId id)
    {
        if (TaskShards.IsFixed(id.Shard))
        {
            await EnsureFixedAsync(id.Day, id.Shard);
            return;
        }

        for (var i = 1; !await TryEnsureOldAsync(id); i++)
        {
            if (i == Tries)
                throw new Errors.TaskContendedException(id, Tries);
        }
    }

    /// <summary>Writes the row that names the task's segment as it is, or one for the task alone; false when somebody else has written it meanwhile.</summary>
    private async Task<bool> TryEnsureOldAsync(TaskId id)
    {
        var name = _clients.NameOf(DayKeys.Table);
        var time = id.CreatedAt.ToUnixTimeMilliseconds();
        var period = TaskShards.PeriodOf(time);
        var from = SegmentKeys.FirstOf(period);
        TableEntity? holder = null;
        await foreach (var row in _reader.QueryAsync(name, SegmentKeys.Partition, from, from + '"'))
        {
            if (SegmentRow.Read(row).Any(segment => segment.Shard == id.Shard && segment.From <= time && time < segment.To))
                holder = row;
        }

        try
        {
            var table = _clients.Reading(name);
            var own = SegmentRow.Create(new TaskSegment($"late{id.Shard:x2}{time:x}", period, id.Shard, [time]), time + 1);
            await CallAsync(() => holder is null
                ? table.AddEntityAsync(own, CancellationToken.None)
                : table.UpdateEntityAsync(new TableEntity(holder.PartitionKey, holder.RowKey), holder.ETag, TableUpdateMode.Merge, CancellationToken.None));
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private async Task WriteAsync(Entry entry, TaskSegment segment, long? closedAt)
    {
        await entry.Turn.WaitAsync();
        try
        {
            if (closedAt is null && entry.Known >= segment.Opened.Length)
                return;

            await WriteRowAsync(entry, SegmentRow.Create(segment, closedAt));
            Volatile.Write(ref entry.Known, segment.Opened.Length);
        }
        finally
        {
            entry.Turn.Release();
        }
    }

    /// <summary>
    /// Inserts or replaces the row, under its version: a write of ours whose answer was lost, and that comes late, must not
    /// take away what a later one added. Nobody else writes it.
    /// </summary>
    private async Task WriteRowAsync(Entry entry, TableEntity row)
    {
        var name = _clients.NameOf(DayKeys.Table);
        await _tables.EnsureTableAsync(name);
        var table = _clients.Reading(name);
        for (var i = 1; ; i++)
        {
            try
            {
                var response = await CallAsync(() => entry.Version is { } version
                    ? table.UpdateEntityAsync(row, new ETag(version), TableUpdateMode.Replace, CancellationToken.None)
                    : table.AddEntityAsync(row, CancellationToken.None));
                entry.Version = response.Headers.ETag?.ToString();
                return;
            }
            catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412 && i < Tries)
            {
                // An earlier write of ours, tried again by the client or given up by us, had its effect.
                var stored = (await _reader.GetAsync(name, row.PartitionKey, row.RowKey, CancellationToken.None))?.Row;
                entry.Version = stored?.ETag.ToString();
                if (stored is not null && SegmentRow.Covers(stored, row))
                    return;
            }
        }
    }

    /// <summary>Creates the table of the segment that follows, so that nobody waits for it.</summary>
    private async Task PrepareNextAsync(TaskSegment segment)
    {
        try
        {
            await _tables.EnsureTableAsync(segment.Day, TaskShards.After(segment.Shard, 1));
        }
        catch (Exception exception) when (exception is Errors.StorageUnavailableException or RequestFailedException)
        {
            // Then the segment's first task does it, or fails.
        }
    }

    /// <summary>Forgets the entries of periods before the last; who still asks about them writes the same row again.</summary>
    private void Forget(TaskSegment segment)
    {
        foreach (var key in _entries.Keys.Where(key => key.Period < segment.Period - (long)TaskShards.Period.TotalMilliseconds))
            _entries.TryRemove(key, out _);
    }

    private async Task<Response> CallAsync(Func<Task<Response>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception))
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    /// <summary>What this process knows of a row.</summary>
    private sealed class Entry
    {
        /// <summary>Number of segments that the row has.</summary>
        public int Known;

        public SemaphoreSlim Turn { get; } = new(1);

        public string? Version { get; set; }
    }
}
