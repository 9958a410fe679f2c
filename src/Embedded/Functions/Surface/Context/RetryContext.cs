namespace Microsoft.Azure.Functions.Worker;

/// <summary>How often this invocation has been tried.</summary>
public abstract class RetryContext
{
    /// <summary>Tries before this one.</summary>
    public abstract int RetryCount { get; }

    public abstract int MaxRetryCount { get; }
}
