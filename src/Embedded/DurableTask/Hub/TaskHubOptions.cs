using Embedded.DurableTask.Engine;
using Embedded.Functions.Extensibility;

namespace Embedded.DurableTask.Hub;

/// <summary>What a task hub is told at its start.</summary>
internal sealed record TaskHubOptions
{
    /// <summary>The hub's name: 3 to 45 letters and digits, the first a letter. Its tables begin with it.</summary>
    public string HubName { get; init; } = "Orchestrator";

    /// <summary>Connection string of the storage account; null: <see cref="Account"/> is the account.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The storage account where it is not named by a connection string.</summary>
    public StorageAccount? Account { get; init; }

    /// <summary>Activities run at the same time, at least 1.</summary>
    public int MaxConcurrentActivities { get; init; } = 64;

    /// <summary>Orchestrator turns run at the same time, at least 1.</summary>
    public int MaxConcurrentOrchestrations { get; init; } = 64;

    /// <summary>Entity batches run at the same time, at least 1.</summary>
    public int MaxConcurrentEntities { get; init; } = 64;

    /// <summary>What the engine does to those who rely on more than is promised.</summary>
    public IHazards Hazards { get; init; } = NoHazards.Instance;

    /// <summary>Take the hub from an owner that may still be alive.</summary>
    public bool TakeOver { get; init; }

    /// <summary>Records after which a checkpoint is made.</summary>
    public int CheckpointRecords { get; init; } = 10_000;

    /// <summary>The longest time between a change and the checkpoint that holds it.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(30);
}
