namespace Orchestrator.Errors;

/// <summary>A value is larger than what can be stored.</summary>
public sealed class PayloadTooLargeException : OrchestratorException
{
    /// <summary>Creates the exception for <paramref name="what"/>.</summary>
    /// <param name="what">What is too large, such as "The output of task 01ABC…".</param>
    /// <param name="size">Its size in <paramref name="unit"/>.</param>
    /// <param name="limit">The largest size allowed, in <paramref name="unit"/>.</param>
    public PayloadTooLargeException(string what, long size, long limit, string unit = "bytes")
        : base("payload_too_large", isRetryable: false, $"{what} is {size} {unit} long; at most {limit} can be stored.")
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>Size of the value.</summary>
    public long Size { get; }

    /// <summary>Largest size allowed, in the same unit.</summary>
    public long Limit { get; }
}
