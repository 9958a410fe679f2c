namespace Orchestrator.Functions.Orchestrations;

/// <summary>Input of <see cref="TaskOrchestrator"/>. The task itself is named by the instance id.</summary>
/// <param name="Attempt">The attempt to begin with, from 1.</param>
public sealed record TaskRun(int Attempt);
