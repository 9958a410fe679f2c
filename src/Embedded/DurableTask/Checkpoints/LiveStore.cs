using System.Text.Json;
using Azure.Data.Tables;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>Live instances and entities as they stood at the last checkpoint, and where the log goes on from there.</summary>
internal sealed class LiveStore(IRowStore rows, TimeProvider time)
{
    private const string Partition = "live";
    private const string CheckpointRow = "!checkpoint";
    private const string Instance = "instance";
    private const string Entity = "entity";

    private readonly FencedPartition _partition = new(rows, Partition, time);
    private readonly Dictionary<string, IReadOnlyList<string>> _partsOf = new(StringComparer.Ordinal);

    /// <summary>Whether the above is what storage holds.</summary>
    private bool _isKnown;

    /// <summary>Part rows of no row: their write or their removal did not come to its end.</summary>
    private HashSet<string> _orphans = [];

    /// <summary>The earliest epoch of which the log may still have rows.</summary>
    public long FirstEpoch { get; set; } = 1;

    /// <summary>The last epoch whose owner has opened the store; 0 for none.</summary>
    public static Task<long> FindEpochAsync(IRowStore rows, CancellationToken cancellationToken) => FencedPartition.FindEpochAsync(rows, Partition, cancellationToken);

    /// <summary>Keeps earlier owners out, then reads all that is stored.</summary>
    /// <returns>The position from which the log is to be read, and each stored key with the position it is up to.</returns>
    public async Task<(LogPosition From, Dictionary<string, LogPosition> AsOf)> OpenAsync(long epoch, HubState state, CancellationToken cancellationToken)
    {
        await _partition.OpenAsync(epoch, cancellationToken);
        var byKey = await ReadAsync(cancellationToken);
        var asOf = new Dictionary<string, LogPosition>(StringComparer.Ordinal);
        foreach (var row in byKey.Values.Where(r => !StoredRow.IsAuxiliary(r)))
        {
            var stored = StoredRow.From(row, StoredRow.PartKeys(row).Select(key => byKey.GetValueOrDefault(key)
                ?? throw new InvalidDataException($"The stored row of '{row.RowKey}' lacks its part '{key}'. The storage has lost data.")));
            Add(stored, state);
            asOf[stored.Key] = stored.AsOf;
        }

        var checkpoint = byKey.GetValueOrDefault(CheckpointRow);
        FirstEpoch = checkpoint?.GetInt64("FirstEpoch") ?? checkpoint?.GetInt64("Epoch") ?? 1;
        return (new LogPosition(checkpoint?.GetInt64("Epoch") ?? 1, checkpoint?.GetInt64("Position") ?? 0), asOf);
    }

    /// <summary>Brings the stored rows up to captures.</summary>
    public Task WriteAsync(IEnumerable<Capture> captures, CancellationToken cancellationToken) =>
        WriteAsync(() => captures.SelectMany(Writes), cancellationToken);

    /// <summary>Says that all records before a position are in the stored rows.</summary>
    public async Task WriteCheckpointAsync(LogPosition position, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, CheckpointRow) { ["Epoch"] = position.Epoch, ["Position"] = position.Position, ["FirstEpoch"] = FirstEpoch };
        await WriteAsync(
            () => _orphans.Select(key => StoredRow.Removal(Partition, key)).Append((new TableTransactionAction(TableTransactionActionType.UpsertReplace, row), StoredRow.RowSize)),
            cancellationToken);
        _orphans.Clear();
    }

    /// <param name="writes">Asked when it is known what storage holds.</param>
    private async Task WriteAsync(Func<IEnumerable<(TableTransactionAction Action, int Size)>> writes, CancellationToken cancellationToken)
    {
        if (!_isKnown)
        {
            await _partition.SettleAsync(cancellationToken);
            await ReadAsync(cancellationToken);
        }

        // Until it has come to its end, part of it may be stored.
        _isKnown = false;
        await _partition.WriteAsync(writes(), cancellationToken);
        _isKnown = true;
    }

    private async Task<Dictionary<string, TableEntity>> ReadAsync(CancellationToken cancellationToken)
    {
        var byKey = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        await foreach (var row in rows.ReadAsync(new RowRange { Partition = Partition }, cancellationToken))
        {
            byKey.Add(row.RowKey, row);
        }

        _partsOf.Clear();
        foreach (var row in byKey.Values.Where(r => !StoredRow.IsAuxiliary(r)))
        {
            _partsOf[row.RequireString("Key")] = [.. StoredRow.PartKeys(row)];
        }

        var parts = _partsOf.Values.SelectMany(p => p).ToHashSet(StringComparer.Ordinal);
        _orphans = [.. byKey.Keys.Where(key => StoredRow.IsPart(key) && !parts.Contains(key))];
        _isKnown = true;
        return byKey;
    }

    private static void Add(StoredRow stored, HubState state)
    {
        if (stored.Kind == Instance)
        {
            state.Orchestrations[stored.Key] = Read(stored, HubJson.Default.OrchestrationState);
        }
        else
        {
            state.Entities[stored.Key] = Read(stored, HubJson.Default.EntityState);
        }
    }

    private static T Read<T>(StoredRow stored, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(stored.Bytes.Span, type) ?? throw new InvalidDataException($"The stored row of '{stored.Key}' is empty.");

    private IEnumerable<(TableTransactionAction Action, int Size)> Writes(Capture capture)
    {
        var old = _partsOf.GetValueOrDefault(capture.Key, []);
        if (capture.Live is { } bytes)
        {
            var stored = new StoredRow { Key = capture.Key, Kind = capture.IsEntity ? Entity : Instance, AsOf = capture.AsOf, Bytes = bytes };
            var parts = new List<string>();
            foreach (var write in stored.ToWrites(Partition))
            {
                if (write.Action.Entity.RowKey is var key && StoredRow.IsPart(key))
                {
                    // Written again with the same keys, they have a row once more.
                    parts.Add(key);
                    _orphans.Remove(key);
                }

                yield return write;
            }

            _partsOf[capture.Key] = parts;
        }
        else if (_partsOf.Remove(capture.Key))
        {
            yield return StoredRow.Removal(Partition, RowKeys.From(capture.Key));
        }

        foreach (var part in old.Except(_partsOf.GetValueOrDefault(capture.Key, []), StringComparer.Ordinal))
        {
            yield return StoredRow.Removal(Partition, part);
        }
    }
}
