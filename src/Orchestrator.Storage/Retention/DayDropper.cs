using Azure;
using Azure.Data.Tables;
using Orchestrator.Storage.Counting;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Retention;

/// <summary>
/// Drops the tables of a day, and then what says that it has tasks: what is known of its segments first and the directory's rows last. As long as the
/// directory names the day, a run that was broken off is made again.
/// </summary>
internal sealed class DayDropper
{
    private readonly RetentionMemory _memory;
    private readonly SegmentLooks _looks;
    private readonly SegmentDirectory _directory;
    private readonly TableReader _reader;
    private readonly TableClients _clients;
    private readonly DayTables _tables;
    private readonly TaskCounter _counter;

    public DayDropper(
        RetentionMemory memory, SegmentLooks looks, SegmentDirectory directory, TableReader reader, TableClients clients, DayTables tables, TaskCounter counter)
    {
        _memory = memory;
        _looks = looks;
        _directory = directory;
        _reader = reader;
        _clients = clients;
        _tables = tables;
        _counter = counter;
    }

    /// <summary>
    /// Drops a day whose segments are all released. False when one is not, or has got a task since, as somebody has gone on with a submission under an old
    /// key: then what is left of the day stays, and the next plan looks at it anew.
    /// </summary>
    public async Task<bool> DropAsync(DateOnly day, CancellationToken cancellationToken)
    {
        // Anew: the plan may be older than the last segment.
        var rows = await ReadDirectoryAsync(day, cancellationToken);
        var segments = rows.SelectMany(SegmentsOf).ToList();
        foreach (var table in Enumerable.Range(0, TaskKeys.TablesPerDay).Select(number => TaskShards.First + number).Append(0).Select(shard => _tables.NameOf(day, shard)))
        {
            foreach (var segment in segments.Where(segment => _tables.NameOf(day, segment.Shard) == table))
            {
                if (await _looks.IsReleasedAsync(segment, cancellationToken))
                    continue;
                await _looks.LookAsync(segment, cancellationToken);
                return false;
            }

            await DropTableAsync(table, cancellationToken);
        }

        await _counter.RemoveAsync(segments, cancellationToken);
        foreach (var segment in segments)
            await _memory.RemoveAsync(segment, cancellationToken);

        // As they were read: one that was written since may name a task that has come too late to be seen.
        foreach (var row in rows)
            await _memory.CallAsync(days => days.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken), cancellationToken);
        _directory.Forget();
        await _counter.RemoveAsync(segments, cancellationToken);
        return true;
    }

    private async Task<List<TableEntity>> ReadDirectoryAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        var days = _clients.NameOf(DayKeys.Table);
        var (from, to) = (SegmentKeys.FirstOf(StartOf(day.AddDays(1)) - 1), SegmentKeys.FirstOf(StartOf(day) - 1));
        await foreach (var row in _reader.QueryAsync(days, SegmentKeys.Partition, from, to, cancellationToken: cancellationToken))
            rows.Add(row);
        await foreach (var row in _reader.QueryAsync(days, DayKeys.Partition, DayKeys.FirstOf(day), DayKeys.FirstOf(day) + '"', cancellationToken: cancellationToken))
            rows.Add(row);
        return rows;
    }

    private static IEnumerable<Segment> SegmentsOf(TableEntity row) => row.PartitionKey == SegmentKeys.Partition ? SegmentRow.Read(row) : [SegmentDirectory.Fixed(row.RowKey)];

    private async Task DropTableAsync(string table, CancellationToken cancellationToken)
    {
        try
        {
            await _clients.Service.DeleteTableAsync(table, cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // It is gone.
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    private static long StartOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();
}
