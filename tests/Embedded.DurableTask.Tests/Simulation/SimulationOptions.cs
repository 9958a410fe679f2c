using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Tests.Simulation;

/// <summary>What a simulation is told.</summary>
internal sealed record SimulationOptions
{
    public required int Seed { get; init; }

    /// <summary>For how long clients ask for something new and things go wrong.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Takes the trace, line by line; null for none.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Breaks a storage, to see whether that is noticed; null to leave it whole.</summary>
    public Func<IHubStorage, IHubStorage>? Sabotage { get; init; }
}
