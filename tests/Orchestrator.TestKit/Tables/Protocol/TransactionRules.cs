using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Makes the actions of a transaction, and refuses what may not stand in one.</summary>
internal static class TransactionRules
{
    private const int Actions = 100;

    /// <exception cref="RefusedAction">An action may not stand in this transaction, or in any.</exception>
    public static List<RowAction> Checked(IReadOnlyList<TableCall> calls)
    {
        // The service stops reading here, and therefore names the last action that it has read.
        if (calls.Count > Actions)
            throw new RefusedAction(Actions - 1, TableRefusal.InvalidInput("The batch request operation exceeds the maximum 100 changes per change set."));

        var actions = new List<RowAction>(calls.Count);
        var seen = new HashSet<RowKeys>();
        foreach (var call in calls)
        {
            try
            {
                var action = RowActions.Of(call);
                if (actions.Count > 0 && (action.Keys.Partition != actions[0].Keys.Partition || call.Address.Resource != calls[0].Address.Resource))
                    throw TableRefusal.BadRequest("CommandsInBatchActOnDifferentPartitions", "All commands in a batch must operate on same entity group.");
                if (!seen.Add(action.Keys))
                    throw TableRefusal.BadRequest("InvalidDuplicateRow", "The batch request contains multiple changes with same row key. An entity can appear only once in a batch request.");
                actions.Add(action);
            }
            catch (TableRefusal refusal)
            {
                throw new RefusedAction(actions.Count, refusal);
            }
        }

        return actions;
    }
}
