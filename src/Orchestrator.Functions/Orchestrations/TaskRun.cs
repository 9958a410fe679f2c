namespace Orchestrator.Functions.Orchestrations;

/// <summary>Input of <see cref="TaskOrchestrator"/>. The task itself is named by the instance id. Releases up to 3 wrote the attempt alone.</summary>
/// <param name="Attempt">The attempt to begin with, from 1.</param>
/// <param name="FollowUpTry">The try to tell others of the task's end that comes next, from 1; 0: none was made.</param>
/// <param name="ToldUpTo">The last dependent that has been told; null: none yet.</param>
public sealed record TaskRun(int Attempt, int FollowUpTry = 0, string? ToldUpTo = null);
