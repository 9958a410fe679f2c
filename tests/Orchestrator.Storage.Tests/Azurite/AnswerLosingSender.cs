using Orchestrator.Storage.Batching;

namespace Orchestrator.Storage.Tests.Azurite;

/// <summary>Lets every transaction through and loses its answer.</summary>
internal sealed class AnswerLosingSender(ITransactionSender inner) : ITransactionSender
{
    public async Task<TransactionResult> SendAsync(string table, string partition, IReadOnlyList<RowOperation> operations, CancellationToken cancellationToken) =>
        await inner.SendAsync(table, partition, operations, cancellationToken) is TransactionResult.Committed
            ? new TransactionResult.Unclear(new IOException("The answer was lost."))
            : throw new InvalidOperationException("Sent again although it was written.");

    public Task<string?> ReadWriteIdAsync(string table, string partition, string rowKey, CancellationToken cancellationToken) =>
        inner.ReadWriteIdAsync(table, partition, rowKey, cancellationToken);

    public Task CreateTableAsync(string table, CancellationToken cancellationToken) => inner.CreateTableAsync(table, cancellationToken);
}
