using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Checkpoints;

namespace Embedded.DurableTask.Tests.Checkpoints;

/// <summary>Rows of a real table, and a place for a test to do something in between.</summary>
internal sealed class HookedRowStore(IRowStore inner) : IRowStore
{
    /// <summary>Called when a row has been read and before the reader has it.</summary>
    public Func<Task>? AfterFind { get; set; }

    /// <summary>Called when a range of rows has been read to its end.</summary>
    public Func<Task>? AfterRead { get; set; }

    /// <summary>Called before a transaction is sent; what it throws is the transaction's failure.</summary>
    public Action<IReadOnlyList<TableTransactionAction>>? BeforeSubmit { get; set; }

    public async Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        var found = await inner.FindAsync(partition, rowKey, cancellationToken);
        await (AfterFind?.Invoke() ?? Task.CompletedTask);
        return found;
    }

    public async IAsyncEnumerable<TableEntity> ReadAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in inner.ReadAsync(range, cancellationToken))
        {
            yield return row;
        }

        await (AfterRead?.Invoke() ?? Task.CompletedTask);
    }

    public Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        BeforeSubmit?.Invoke(actions);
        return inner.SubmitAsync(actions, cancellationToken);
    }
}
