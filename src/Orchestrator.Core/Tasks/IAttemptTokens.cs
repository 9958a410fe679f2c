namespace Orchestrator.Tasks;

/// <summary>The tokens by which somebody outside completes an attempt.</summary>
public interface IAttemptTokens
{
    /// <summary>The token of an attempt under one lease.</summary>
    Task<string> IssueAsync(TaskId task, int attempt, long epoch, CancellationToken cancellationToken);

    /// <summary>The epoch that a token is good for; null when it is none of this attempt's.</summary>
    Task<long?> ReadAsync(string token, TaskId task, int attempt, CancellationToken cancellationToken);
}
