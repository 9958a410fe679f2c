using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;
using Embedded.Functions.Extensibility;

namespace Embedded.DurableTask.Hub;

/// <summary>Where a hub keeps what must outlive its process.</summary>
internal interface IHubStorage
{
    /// <summary>Who owns the hub.</summary>
    IOwnerStore Owner { get; }

    /// <summary>What was decided since the last checkpoint.</summary>
    ILogStore Log { get; }

    /// <summary>Live instances and entities as the last checkpoint saw them.</summary>
    IRowStore Live { get; }

    /// <summary>Finished instances.</summary>
    IRowStore Finished { get; }

    /// <summary>Creates what is not there.</summary>
    /// <exception cref="HostStartException">Storage does not answer.</exception>
    Task CreateAsync(CancellationToken cancellationToken);
}
