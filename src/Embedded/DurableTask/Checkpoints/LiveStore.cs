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

    /// <summary>Whether a write did not come to its end, so that <see cref="_partsOf"/> may not tell what is stored.</summary>
    private bool _isUncertain;

    /// <summary>Keeps earlier owners out, then reads all that is stored.</summary>
    /// <returns>The position from which the log is to be read, and each stored key with the position it is up to.</returns>
    public async Task<(LogPosition From, Dictionary<string, LogPosition> AsOf)> OpenAsync(long epoch, HubState state, CancellationToken cancellationToken)
    {
        await _partition.OpenAsync(epoch, cancellationToken);
        var byKey = await ReadAsync(cancellationToken);
        var asOf = new Dictionary<string, LogPosition>(StringComparer.Ordinal);
        foreach (var row in Main(byKey))
        {
            var parts = StoredRow.PartKeys(row).ToList();
            var stored = StoredRow.From(row, parts.Select(p => byKey[p]));
            Add(stored, state);
            asOf[stored.Key] = stored.AsOf;
            _partsOf[stored.Key] = parts;
        }

        var checkpoint = byKey.GetValueOrDefault(CheckpointRow);
        return (new LogPosition(checkpoint?.GetInt64("Epoch") ?? 1, checkpoint?.GetInt64("Position") ?? 0), asOf);
    }

    /// <summary>Brings the stored rows up to a capture.</summary>
    /// <remarks>After a failure part of it may be stored, or be on its way: the next one first bars the way and looks.</remarks>
    public async Task WriteAsync(IEnumerable<Capture> captures, CancellationToken cancellationToken)
    {
        if (_isUncertain)
        {
            await _partition.BarAsync(cancellationToken);
            var byKey = await ReadAsync(cancellationToken);
            _partsOf.Clear();
            foreach (var row in Main(byKey))
            {
                _partsOf[row.RequireString("Key")] = [.. StoredRow.PartKeys(row)];
            }
        }

        _isUncertain = true;
        await _partition.WriteAsync(captures.SelectMany(Writes), cancellationToken);
        _isUncertain = false;
    }

    /// <summary>Says that all records before a position are in the stored rows.</summary>
    public Task WriteCheckpointAsync(LogPosition position, CancellationToken cancellationToken)
    {
        var row = new TableEntity(Partition, CheckpointRow) { ["Epoch"] = position.Epoch, ["Position"] = position.Position };
        return _partition.WriteAsync([(new TableTransactionAction(TableTransactionActionType.UpsertReplace, row), 200)], cancellationToken);
    }

    private static IEnumerable<TableEntity> Main(Dictionary<string, TableEntity> byKey) => byKey.Values.Where(r => !StoredRow.IsAuxiliary(r));

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

    private async Task<Dictionary<string, TableEntity>> ReadAsync(CancellationToken cancellationToken)
    {
        var byKey = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        await foreach (var row in rows.ReadAsync(new RowRange { Partition = Partition }, cancellationToken))
        {
            byKey.Add(row.RowKey, row);
        }

        return byKey;
    }

    private IEnumerable<(TableTransactionAction Action, int Size)> Writes(Capture capture)
    {
        var old = _partsOf.GetValueOrDefault(capture.Key, []);
        if (capture.Live is { } bytes)
        {
            var stored = new StoredRow { Key = capture.Key, Kind = capture.IsEntity ? Entity : Instance, AsOf = capture.AsOf, Bytes = bytes };
            var parts = new List<string>();
            foreach (var write in stored.ToWrites(Partition))
            {
                if (write.Action.Entity.RowKey is var key && key.Contains('!', StringComparison.Ordinal))
                {
                    parts.Add(key);
                }

                yield return write;
            }

            _partsOf[capture.Key] = parts;
        }
        else if (_partsOf.Remove(capture.Key))
        {
            yield return (StoredRow.Removal(Partition, RowKeys.From(capture.Key)), 200);
        }

        foreach (var part in old.Except(_partsOf.GetValueOrDefault(capture.Key, []), StringComparer.Ordinal))
        {
            yield return (StoredRow.Removal(Partition, part), 200);
        }
    }
}
