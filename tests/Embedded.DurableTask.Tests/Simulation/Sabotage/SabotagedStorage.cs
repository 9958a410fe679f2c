using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;

namespace Embedded.DurableTask.Tests.Simulation.Sabotage;

/// <summary>A storage of which a part has been put in the place of the right one.</summary>
internal sealed record SabotagedStorage(IOwnerStore Owner, ILogStore Log, IRowStore Live, IRowStore Finished) : IHubStorage
{
    public static SabotagedStorage Of(IHubStorage whole) => new(whole.Owner, whole.Log, whole.Live, whole.Finished);

    public Task CreateAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
