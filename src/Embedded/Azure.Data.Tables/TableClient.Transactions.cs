using Azure.Data.Tables.Transactions;

namespace Azure.Data.Tables;

/// <content>Transactions.</content>
public partial class TableClient
{
    /// <summary>Does 1 to 100 actions on one partition, all or none.</summary>
    /// <returns>The answers to the actions, in their order; the raw answer is that to the whole.</returns>
    /// <exception cref="TableTransactionFailedException">One action was refused, and with it all.</exception>
    /// <exception cref="RequestFailedException">The transaction as a whole was refused or failed.</exception>
    /// <exception cref="InvalidOperationException">There is no action.</exception>
    public virtual Response<IReadOnlyList<Response>> SubmitTransaction(IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        var actions = List(transactionActions);
        using var message = _requests.Submit(actions);
        _connection.Pipeline.Send(message, cancellationToken);
        return TransactionAnswer.Read(message.Response, actions.Count);
    }

    /// <inheritdoc cref="SubmitTransaction"/>
    public virtual async Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default)
    {
        var actions = List(transactionActions);
        using var message = _requests.Submit(actions);
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return TransactionAnswer.Read(message.Response, actions.Count);
    }

    private static IReadOnlyList<TableTransactionAction> List(IEnumerable<TableTransactionAction> actions)
    {
        ArgumentNullException.ThrowIfNull(actions);
        return actions as IReadOnlyList<TableTransactionAction> ?? [.. actions];
    }
}
