using System.Text.Json;
using Azure.Data.Tables;
using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;
using Embedded.DurableTask.Tests.Simulation.Processes;
using Embedded.DurableTask.Tests.Simulation.Storage;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <content>The rows of owner and checkpoints: epochs only grow, and nothing is stored that is not durable.</content>
internal sealed partial class Witness
{
    private readonly Dictionary<string, long> _fences = new(StringComparer.Ordinal);
    private LogPosition _checkpoint = new(1, 0);

    /// <summary>How many checkpoints have come to their end.</summary>
    public int Checkpoints { get; private set; }

    /// <summary>Told of every write that storage has accepted.</summary>
    public void Accept(SimulatedTable table, object? writer, IReadOnlyList<TableTransactionAction> actions)
    {
        var process = (SimulatedProcess)writer!;
        switch (table.Name)
        {
            case "owner":
                AcceptOwner(process, OwnerRecord.From((TableEntity)actions[0].Entity));
                break;
            case "log":
                foreach (var action in actions)
                {
                    AcceptLog(process, action);
                }

                break;
            default:
                AcceptRows(table, process, actions);
                break;
        }
    }

    private void AcceptOwner(SimulatedProcess process, OwnerRecord record)
    {
        if (record.Epoch > NewestEpoch)
        {
            NewestEpoch = record.Epoch;
            process.Epoch = record.Epoch;
        }

        verdict.Require(record.Epoch == NewestEpoch && process.Epoch == record.Epoch, $"{process.Name} of epoch {process.Epoch} has renewed epoch {record.Epoch} after {NewestEpoch}.");
    }

    private void AcceptRows(SimulatedTable table, SimulatedProcess process, IReadOnlyList<TableTransactionAction> actions)
    {
        var fence = (TableEntity)actions[0].Entity;
        var partition = $"{table.Name}/{fence.PartitionKey}";
        verdict.Require(fence.RowKey == "!fence", $"{process.Name} has written to {partition} without its fence.");
        var epoch = fence.GetInt64("Epoch")!.Value;
        verdict.Require(epoch == process.Epoch && epoch >= _fences.GetValueOrDefault(partition), $"{process.Name} of epoch {epoch} has written to {partition} of epoch {_fences.GetValueOrDefault(partition)}.");
        _fences[partition] = epoch;
        foreach (var action in actions.Skip(1).Where(a => a.ActionType != TableTransactionActionType.Delete))
        {
            AcceptRow(table, (TableEntity)action.Entity);
        }
    }

    private void AcceptRow(SimulatedTable table, TableEntity row)
    {
        if (row.RowKey == "!checkpoint")
        {
            var checkpoint = StoredRow.AsOfOf(row);
            verdict.Require(checkpoint >= _checkpoint && IsDurable(checkpoint), $"A checkpoint of {checkpoint} follows that of {_checkpoint}.");
            _checkpoint = checkpoint;
            Checkpoints++;
        }
        else if (!StoredRow.IsAuxiliary(row))
        {
            verdict.Require(IsDurable(StoredRow.AsOfOf(row)), $"{table.Name} row '{row.RowKey}' is of {StoredRow.AsOfOf(row)}, which is not durable.");
            if (table.Name == "finished" && !StoredRow.PartKeys(row).Any())
            {
                var view = JsonSerializer.Deserialize(StoredRow.From(row, []).Bytes.Span, HubJson.Default.InstanceView)!;
                verdict.Require(VersionsOf(view.InstanceId).NumberOf(Versions.Of(view)) is not null, $"'{view.InstanceId}' was stored as {view.Status} and never was.");
            }
        }
    }
}
