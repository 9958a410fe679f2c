using Microsoft.Extensions.DependencyInjection;
using Orchestrator.History;

namespace Orchestrator.Storage.Schema;

/// <summary>What is done to a store to bring it from one schema version to the next. All of it may be done again, and broken off anywhere.</summary>
internal class SchemaUpgrades(IServiceProvider services)
{
    /// <summary>Makes the step to a version from the one before it.</summary>
    public virtual Task MakeAsync(int version, CancellationToken cancellationToken) => version switch
    {
        // Tasks of version 1 stay where they are, and are read and changed there. Dead letters move: the first look moves a part, later ones the rest.
        2 => services.GetRequiredService<IDeadLetterStore>().CountAsync(DateTimeOffset.MinValue, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(version), version, "There is no such schema version."),
    };
}
