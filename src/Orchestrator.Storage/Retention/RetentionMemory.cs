using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Orchestrator.Retention;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Retention;

/// <summary>What is known of a segment.</summary>
internal sealed record KnownSegment(SegmentContent Content, bool IsReleased);

/// <summary>
/// What was seen in segments: in rows, for whichever process comes next, and in memory, so that a run does not read them all. What another process has
/// written since is read after an hour; until then a segment may be looked at once too often.
/// </summary>
internal sealed class RetentionMemory
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(1);

    private readonly TableReader _reader;
    private readonly TableClients _clients;
    private readonly TimeProvider _time;
    private readonly ILogger<RetentionMemory> _logger;
    private ConcurrentDictionary<string, KnownSegment> _known = new(StringComparer.Ordinal);
    private DateTimeOffset? _readAt;

    public RetentionMemory(TableReader reader, TableClients clients, TimeProvider time, ILogger<RetentionMemory> logger)
    {
        _logger = logger;
        _reader = reader;
        _clients = clients;
        _time = time;
    }

    /// <summary>Reads the rows, unless they have been read lately.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_readAt is { } readAt && _time.GetUtcNow() - readAt < MaxAge)
            return;

        var known = new ConcurrentDictionary<string, KnownSegment>(StringComparer.Ordinal);
        await foreach (var row in _reader.QueryAsync(Name, RetentionRow.Partition, "0", ":", cancellationToken: cancellationToken))
        {
            // One of a newer release is as if it were not there: the segment is looked at again.
            if (_logger.TryRead(Name, row, RetentionRow.Read, out var segment))
                known[row.RowKey] = segment;
        }

        (_known, _readAt) = (known, _time.GetUtcNow());
    }

    /// <summary>What is known of a segment; null: nothing.</summary>
    public KnownSegment? Find(Segment segment) => _known.GetValueOrDefault(RetentionRow.Key(segment));

    /// <summary>Keeps what a look has shown.</summary>
    public async Task PutAsync(Segment segment, SegmentContent content, CancellationToken cancellationToken)
    {
        await CallAsync(table => table.UpsertEntityAsync(RetentionRow.Create(segment, content), TableUpdateMode.Replace, cancellationToken), cancellationToken);
        _known[RetentionRow.Key(segment)] = new KnownSegment(content, IsReleased: false);
    }

    /// <summary>Keeps that nothing of a segment's tasks lies elsewhere any more.</summary>
    public async Task PutReleasedAsync(Segment segment, CancellationToken cancellationToken)
    {
        await CallAsync(table => table.UpsertEntityAsync(RetentionRow.Released(segment), TableUpdateMode.Merge, cancellationToken), cancellationToken);
        if (_known.TryGetValue(RetentionRow.Key(segment), out var known))
            _known[RetentionRow.Key(segment)] = known with { IsReleased = true };
    }

    /// <summary>Forgets a segment that is gone, with its count.</summary>
    public async Task RemoveAsync(Segment segment, CancellationToken cancellationToken)
    {
        await CallAsync(table => table.DeleteEntityAsync(CountKeys.Partition, CountKeys.Row(segment.Shard, segment.From), ETag.All, cancellationToken), cancellationToken);
        await CallAsync(table => table.DeleteEntityAsync(RetentionRow.Partition, RetentionRow.Key(segment), ETag.All, cancellationToken), cancellationToken);
        _known.TryRemove(RetentionRow.Key(segment), out _);
    }

    /// <summary>Sends to the table of days; no matter whether what is deleted is there, or has changed since it was read.</summary>
    public async Task CallAsync(Func<TableClient, Task<Response>> call, CancellationToken cancellationToken)
    {
        try
        {
            await call(_clients.Reading(Name));
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            // It is gone, or another's.
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }

    private string Name => _clients.NameOf(DayKeys.Table);
}
