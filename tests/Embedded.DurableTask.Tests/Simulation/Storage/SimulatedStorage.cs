using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;

namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>The engine's own stores on simulated tables.</summary>
internal sealed class SimulatedStorage(SimulatedAccount account, ICallPath path, int pageSize) : IHubStorage
{
    public IOwnerStore Owner { get; } = new TableOwnerStore(new SimulatedTableClient(account.Owner, path, pageSize));

    public ILogStore Log { get; } = new TableLogStore(new SimulatedTableClient(account.Log, path, pageSize));

    public IRowStore Live { get; } = new TableRowStore(new SimulatedTableClient(account.Live, path, pageSize));

    public IRowStore Finished { get; } = new TableRowStore(new SimulatedTableClient(account.Finished, path, pageSize));

    public Task CreateAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
