using Azure.Data.Tables;
using Orchestrator.History;
using Orchestrator.Storage.DeadLetters;
using Orchestrator.Storage.Keys;
using Orchestrator.Verification;

namespace Orchestrator.Storage.Verification;

/// <summary>Letters against their marks; those of releases up to 3, which have none until they are moved, must only be readable.</summary>
internal sealed partial class SideRowsCheck
{
    private Task<Suspicion?> FindInDeadLetterAsync(TableEntity row, CancellationToken cancellationToken)
    {
        if (DeadLetterKeys.IsMark(row.PartitionKey))
            return FindInMarkAsync(row, cancellationToken);

        var letter = DeadLetterRow.ReadLetter(row);
        return DeadLetterKeys.IsLetter(row.PartitionKey) ? FindInLetterAsync(row, letter, cancellationToken) : Task.FromResult<Suspicion?>(null);
    }

    private async Task<Suspicion?> FindInLetterAsync(TableEntity row, DeadLetter letter, CancellationToken cancellationToken)
    {
        var id = DeadLetterKeys.Parse(row.RowKey);
        if (await _reader.GetAsync(_clients.NameOf(DeadLetterKeys.Table), DeadLetterKeys.MarkPartition(letter.ArrivedAt), id.Hash, cancellationToken, ["RowKey"]) is not null)
            return null;

        return Suspect(
            DeadLetterKeys.Table, row, FindingCodes.DeadLetterUnmarked, $"Dead letter {id} is not marked: delivered once more it would become another one.",
            token => _repairs.InsertAsync(_clients.NameOf(DeadLetterKeys.Table), DeadLetterKeys.Mark(id, letter.ArrivedAt), token));
    }

    private async Task<Suspicion?> FindInMarkAsync(TableEntity row, CancellationToken cancellationToken)
    {
        var milliseconds = row.GetInt64(DeadLetterKeys.MarkTime) ?? throw new InvalidDataException($"It has no column {DeadLetterKeys.MarkTime}.");
        var id = DeadLetterId.New(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), row.RowKey);
        if (row.Timestamp > _time.GetUtcNow() - MarkGrace
            || await _reader.GetAsync(_clients.NameOf(DeadLetterKeys.Table), DeadLetterKeys.Partition(id), DeadLetterKeys.Row(id), cancellationToken, ["RowKey"]) is not null)
            return null;

        return Suspect(DeadLetterKeys.Table, row, FindingCodes.DeadLetterOrphan, $"Dead letter {id}, which is marked, is not there.", token => DeleteAsync(DeadLetterKeys.Table, row, token));
    }
}
