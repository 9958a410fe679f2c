namespace Orchestrator.Benchmarks.Engine;

/// <summary>Instances of one orchestration to be run.</summary>
/// <param name="Orchestrator">One of <see cref="EngineFunctions"/>.</param>
/// <param name="Instances">How many instances.</param>
/// <param name="Size">Its input: how many activities.</param>
internal sealed record EngineWork(string Orchestrator, int Instances, int Size)
{
    /// <summary>Whether an instance starts only when the one before has ended.</summary>
    public bool InTurn { get; init; }
}
