namespace Orchestrator.Storage.Batching;

/// <summary>What the batching writer needs of a table service. None of it tries twice.</summary>
internal interface ITransactionSender
{
    /// <summary>Sends one transaction: operations on different rows of one partition.</summary>
    Task<TransactionResult> SendAsync(string table, string partition, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken);

    /// <summary>Reads the write id in a row; empty when it has none, null when the row is not there.</summary>
    Task<string?> ReadWriteIdAsync(string table, string partition, string rowKey, CancellationToken cancellationToken);

    /// <summary>Creates a table unless it is there.</summary>
    Task CreateTableAsync(string table, CancellationToken cancellationToken);

    /// <summary>Whether a transaction without a clear answer may be sent once more; counts as if it were.</summary>
    bool MaySendAgain() => true;
}

/// <summary>What sending a transaction came to.</summary>
internal abstract record TransactionResult
{
    private TransactionResult()
    {
    }

    /// <summary>It is written.</summary>
    /// <param name="Versions">ETag of each row in order, empty for a deleted one.</param>
    public sealed record Committed(IReadOnlyList<string> Versions) : TransactionResult;

    /// <summary>Nothing of it is written, by this request, because of one operation.</summary>
    /// <param name="Index">Which operation; null when the answer does not say.</param>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Reason">What the service said.</param>
    public sealed record Refused(int? Index, int Status, Exception Reason) : TransactionResult;

    /// <summary>It may be written, or be written later, or not: time-out, reset, 5xx.</summary>
    public sealed record Unclear(Exception Reason) : TransactionResult;

    /// <summary>There is no such table; nothing is written.</summary>
    public sealed record TableMissing : TransactionResult;
}
