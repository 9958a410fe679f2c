using Azure.Data.Tables.Errors;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Transactions;

/// <summary>What the service lets into one transaction. Source: "Performing entity group transactions".</summary>
internal static class TransactionLimits
{
    public const int Actions = 100;

    /// <summary>Bytes of the whole request body.</summary>
    public const int BodySize = 4 * 1024 * 1024;

    /// <exception cref="ArgumentException">An action is null, or has no entity.</exception>
    /// <exception cref="InvalidOperationException">There is no action.</exception>
    /// <exception cref="TableTransactionFailedException">There are too many actions, an entity stands in two, or they are on several partitions.</exception>
    public static void Check(IReadOnlyList<TableTransactionAction> actions)
    {
        if (actions.Count == 0)
            throw new InvalidOperationException("Transactions may not be empty.");

        for (var i = 0; i < actions.Count; i++)
        {
            if (actions[i]?.Entity is null)
                throw new ArgumentException($"The transaction's action {i} has no entity.", nameof(actions));
        }

        if (actions.Count > Actions)
            throw Failed(TableErrorCode.InvalidInput, Actions, $"The transaction has {actions.Count} actions; at most {Actions} are allowed.");

        var seen = new HashSet<string>(actions.Count, StringComparer.Ordinal);
        var partition = actions[0].Entity.PartitionKey;
        for (var i = 0; i < actions.Count; i++)
        {
            var entity = actions[i].Entity;
            if (!string.Equals(entity.PartitionKey, partition, StringComparison.Ordinal))
            {
                throw Failed(
                    TableErrorCode.CommandsInBatchActOnDifferentPartitions, i, $"{i}:All commands in a transaction must be on one partition, but this one is on '{entity.PartitionKey}' and the first on '{partition}'.");
            }

            if (entity.RowKey is not null && !seen.Add(entity.RowKey))
                throw Failed(TableErrorCode.InvalidDuplicateRow, i, $"{i}:The entity with the row key '{entity.RowKey}' is in the transaction twice; it can be there only once.");
        }
    }

    /// <exception cref="RequestFailedException">The body is larger than the service takes.</exception>
    public static void CheckBody(int length)
    {
        if (length > BodySize)
            throw Refused.BodyTooLarge($"The transaction's body has {length} bytes; at most {BodySize} are allowed.");
    }

    /// <summary>The same failure that the service would answer with for the action at an index.</summary>
    public static TableTransactionFailedException At(int index, RequestFailedException failure)
    {
        failure.Data[TableTransactionFailedException.FailedActionKey] = index.ToString();
        return new TableTransactionFailedException(failure);
    }

    private static TableTransactionFailedException Failed(TableErrorCode code, int index, string message) => At(index, Refused.BadRequest(code, message));
}
