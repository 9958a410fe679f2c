using Microsoft.Extensions.Logging;
using Orchestrator.History;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Rows;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.DeadLetters;

/// <summary>
/// Moves dead letters that releases up to 3 wrote, a partition per source, to where those of today lie. Broken off anywhere, it goes on later: the new row is
/// there before the old one is gone, and is the same whoever writes it.
/// </summary>
internal sealed class OldDeadLetters
{
    /// <summary>Letters that a look moves at most; the next look takes the rest.</summary>
    public const int PerLook = 200;

    /// <summary>After this it is looked again whether there are any: a process of an older release may still write them.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly TimeProvider _time;
    private readonly string _table;
    private readonly ILogger<OldDeadLetters> _logger;
    private long? _noneAt;

    /// <summary>Where the next look goes on: those before cannot be read, and stay.</summary>
    private string? _position;

    public OldDeadLetters(BatchingWriter writer, TableReader reader, TableClients clients, TimeProvider time, ILogger<OldDeadLetters> logger)
    {
        _logger = logger;
        _writer = writer;
        _reader = reader;
        _time = time;
        _table = clients.NameOf(DeadLetterKeys.Table);
    }

    /// <summary>Looks whether there are any, unless that is known, and moves some.</summary>
    /// <param name="add">Keeps a letter in today's way.</param>
    public async Task MoveAsync(Func<DeadLetter, Task> add, CancellationToken cancellationToken)
    {
        if (_noneAt is { } noneAt && _time.GetElapsedTime(noneAt) < Interval)
            return;

        var page = await _reader.PageAsync(_table, $"PartitionKey ge '{DeadLetterKeys.FirstOld}'", PerLook, columns: null, _position, cancellationToken);
        await Parallel.ForEachAsync(page.Rows, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (row, token) =>
        {
            if (!_logger.TryRead(_table, row, DeadLetterRow.ReadLetter, out var letter))
                return;
            await add(letter);
            await _writer.WriteAsync(new RowGroup(_table, row.PartitionKey, [RowOperation.DeleteIfExists(row.PartitionKey, row.RowKey)], 0), token);
        });
        _position = page.Continuation;
        if (_position is null)
            _noneAt = _time.GetTimestamp();
    }
}
