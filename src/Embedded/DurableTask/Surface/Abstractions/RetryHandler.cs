namespace Microsoft.DurableTask;

/// <summary>Decides whether a failed task is tried again. Runs as orchestrator code: it must be deterministic.</summary>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);

/// <inheritdoc cref="AsyncRetryHandler"/>
public delegate bool RetryHandler(RetryContext retryContext);

/// <summary>What a retry handler may look at.</summary>
/// <param name="OrchestrationContext">The orchestration, for timers between attempts and its clock.</param>
/// <param name="LastAttemptNumber">The number of the attempt that failed, from 1.</param>
/// <param name="LastFailure">What it failed with.</param>
/// <param name="TotalRetryTime">The time since the first attempt was made.</param>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
