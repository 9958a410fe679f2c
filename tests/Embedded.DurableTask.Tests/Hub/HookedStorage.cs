using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;
using Embedded.DurableTask.Tests.Checkpoints;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>A hub's storage with hooks on the finished instances.</summary>
internal sealed class HookedStorage(IHubStorage inner) : IHubStorage
{
    public HookedRowStore HookedFinished { get; } = new(inner.Finished);

    public IOwnerStore Owner => inner.Owner;

    public ILogStore Log => inner.Log;

    public IRowStore Live => inner.Live;

    public IRowStore Finished => HookedFinished;

    public Task CreateAsync(CancellationToken cancellationToken) => inner.CreateAsync(cancellationToken);
}
