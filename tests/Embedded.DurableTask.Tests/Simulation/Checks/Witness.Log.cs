using Azure.Data.Tables;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Simulation.Processes;

namespace Embedded.DurableTask.Tests.Simulation.Checks;

/// <content>The rows of the log: one writer an epoch, no gaps, nothing behind a seal, no epoch before all earlier ones are sealed.</content>
internal sealed partial class Witness
{
    private readonly SortedDictionary<long, Epoch> _epochs = [];

    /// <summary>How many rows of the log have been seen.</summary>
    public int LogRows { get; private set; }

    private void AcceptLog(SimulatedProcess writer, TableTransactionAction action)
    {
        if (action.ActionType == TableTransactionActionType.Delete)
        {
            CheckCut(action);
            return;
        }

        var row = LogRow.From((TableEntity)action.Entity);
        var epoch = EpochOf(row.At.Epoch);
        LogRows++;
        if (row.At.Position < epoch.WriteIds.Count && epoch.WriteIds[(int)row.At.Position] == row.WriteId)
        {
            // Sent twice; the first one has been cut meanwhile.
            return;
        }

        if (row.IsSeal && row.At < _checkpoint && epoch.SealedBy is not null)
        {
            // One more seal where nobody reads any more: it was given up, and has arrived after what stood there was cut.
            return;
        }

        verdict.Require(epoch.SealedBy is null, $"{writer.Name} has written row {row.At} behind the seal of {epoch.SealedBy}.");
        verdict.Require(row.At.Position == epoch.WriteIds.Count, $"{writer.Name} has written row {row.At} where row {epoch.WriteIds.Count} should be.");
        epoch.WriteIds.Add(row.WriteId);
        if (row.IsSeal)
        {
            epoch.SealedBy = writer.Name;
            return;
        }

        epoch.Writer ??= writer;
        verdict.Require(epoch.Writer == writer && writer.Epoch == row.At.Epoch, $"{writer.Name} of epoch {writer.Epoch} has written row {row.At} to the epoch of {epoch.Writer.Name}.");
        foreach (var (number, earlier) in _epochs)
        {
            verdict.Require(number >= row.At.Epoch || earlier.SealedBy is not null, $"{writer.Name} has written row {row.At} while epoch {number} is open.");
        }

        Gather(epoch, row, writer);
    }

    private void Gather(Epoch epoch, LogRow row, SimulatedProcess writer)
    {
        epoch.Parts.Write(row.Bytes.Span);
        if (!row.IsLast)
        {
            return;
        }

        foreach (var record in HubJson.ReadGroup(epoch.Parts.ToArray()))
        {
            Accept(record, writer);
        }

        epoch.Parts.SetLength(0);
        epoch.End = row.At.Position + 1;
        verdict.Require(_promised.Count == 0, $"The group of row {row.At} lacks {string.Join(", ", _promised)}.");
    }

    /// <summary>Nothing that recovery needs may be cut.</summary>
    private void CheckCut(TableTransactionAction action)
    {
        var at = new LogPosition(long.Parse(action.Entity.PartitionKey, null), long.Parse(action.Entity.RowKey, null));
        verdict.Require(at < _checkpoint, $"Row {at} of the log has been cut; the checkpoint is that of {_checkpoint}.");
        var epoch = EpochOf(at.Epoch);
        verdict.Require(epoch.SealedBy is null || at.Position != epoch.WriteIds.Count - 1, $"The seal of epoch {at.Epoch} has been cut.");
    }

    private Epoch EpochOf(long number)
    {
        for (var next = (long)_epochs.Count + 1; next <= number; next++)
        {
            _epochs.Add(next, new Epoch());
        }

        return _epochs[number];
    }

    /// <summary>Whether all before a position is durable.</summary>
    private bool IsDurable(LogPosition at) => at.Position == 0 || (at.Epoch <= _epochs.Count && at.Position <= _epochs[at.Epoch].End);

    private sealed class Epoch
    {
        public List<string> WriteIds { get; } = [];

        public MemoryStream Parts { get; } = new();

        /// <summary>The position behind the last group that is whole.</summary>
        public long End { get; set; }

        public string? SealedBy { get; set; }

        public SimulatedProcess? Writer { get; set; }
    }
}
