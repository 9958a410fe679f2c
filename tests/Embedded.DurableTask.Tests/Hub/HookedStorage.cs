using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>A hub's storage that lets a test do something between the reading of a finished instance and its arrival.</summary>
internal sealed class HookedStorage(IHubStorage inner) : IHubStorage, IRowStore
{
    public Func<Task>? AfterFind { get; set; }

    public IOwnerStore Owner => inner.Owner;

    public ILogStore Log => inner.Log;

    public IRowStore Live => inner.Live;

    public IRowStore Finished => this;

    public Task CreateAsync(CancellationToken cancellationToken) => inner.CreateAsync(cancellationToken);

    public async Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        var found = await inner.Finished.FindAsync(partition, rowKey, cancellationToken);
        await (AfterFind?.Invoke() ?? Task.CompletedTask);
        return found;
    }

    public IAsyncEnumerable<TableEntity> ReadAsync(RowRange range, CancellationToken cancellationToken) => inner.Finished.ReadAsync(range, cancellationToken);

    public Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken) =>
        inner.Finished.SubmitAsync(actions, cancellationToken);
}
