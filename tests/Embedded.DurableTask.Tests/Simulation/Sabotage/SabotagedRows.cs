using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Checkpoints;

namespace Embedded.DurableTask.Tests.Simulation.Sabotage;

/// <summary>A row store that does all it should; its heirs do not.</summary>
internal abstract class SabotagedRows(IRowStore inner) : IRowStore
{
    public Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken) => inner.FindAsync(partition, rowKey, cancellationToken);

    public IAsyncEnumerable<TableEntity> ReadAsync(RowRange range, CancellationToken cancellationToken) => inner.ReadAsync(range, cancellationToken);

    public virtual Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) => inner.SubmitAsync(actions, cancellationToken);
}

/// <summary>Checkpoints that claim one position more than they have.</summary>
internal sealed class RowsThatClaimTooMuch(IRowStore inner) : SabotagedRows(inner)
{
    public override Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        base.SubmitAsync([.. actions.Select(Claim)], cancellationToken);

    private static TableTransactionAction Claim(TableTransactionAction action)
    {
        if (action.Entity.RowKey != "!checkpoint")
        {
            return action;
        }

        var row = new TableEntity((IDictionary<string, object>)(TableEntity)action.Entity);
        row["Position"] = row.GetInt64("Position")!.Value + 1;
        return new TableTransactionAction(action.ActionType, row, action.ETag);
    }
}

/// <summary>Loses every seventh row on its way.</summary>
internal sealed class RowsThatLoseSome(IRowStore inner) : SabotagedRows(inner)
{
    private int _seen;

    public override Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        base.SubmitAsync([.. actions.Where(a => a.Entity.RowKey[0] == '!' || ++_seen % 7 != 0)], cancellationToken);
}

/// <summary>Writes whatever tag the fence has.</summary>
internal sealed class RowsThatIgnoreFences(IRowStore inner) : SabotagedRows(inner)
{
    public override Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        base.SubmitAsync([.. actions.Select(a => new TableTransactionAction(a.ActionType, a.Entity, a.ETag == default ? default : ETag.All))], cancellationToken);
}
