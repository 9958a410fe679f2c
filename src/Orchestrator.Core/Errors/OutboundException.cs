namespace Orchestrator.Errors;

/// <summary>A call to another host came to nothing. Neither message nor <see cref="Target"/> shows more of the address than its host, for paths and queries hold secrets.</summary>
public abstract class OutboundException : OrchestratorException
{
    private protected OutboundException(string code, bool isRetryable, string target, string message, Exception? innerException = null)
        : base(code, isRetryable, message, innerException) => Target = target;

    /// <summary>Scheme, host and port that were to be called, as far as they could be read.</summary>
    public string Target { get; }
}

/// <summary>The rules for outbound calls forbid the call; nothing was sent.</summary>
public sealed class OutboundRefusedException : OutboundException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="reason">What the rules found, as a clause: "the host 'a.example' is not among …".</param>
    public OutboundRefusedException(string target, string reason)
        : base("outbound_refused", isRetryable: false, target, $"The call of {target} was refused: {reason}.") => Reason = reason;

    /// <summary>What the rules found.</summary>
    public string Reason { get; }
}

/// <summary>The other host did not answer in time.</summary>
public sealed class OutboundTimedOutException : OutboundException
{
    /// <summary>Creates the exception.</summary>
    public OutboundTimedOutException(string target, TimeSpan limit, Exception? innerException = null)
        : base("outbound_timed_out", isRetryable: true, target, $"The call of {target} was not answered within {limit}.", innerException) => Limit = limit;

    /// <summary>How long it was waited for.</summary>
    public TimeSpan Limit { get; }
}

/// <summary>The other host answered with more than is taken; the rest was not read.</summary>
public sealed class OutboundResponseTooLargeException : OutboundException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="limit">In bytes, after decompression.</param>
    public OutboundResponseTooLargeException(string target, int status, long limit)
        : base("response_too_large", isRetryable: false, target, $"The answer of {target}, status {status}, is longer than {limit} bytes; see Orchestrator:Outbound:MaxResponseBytes.")
    {
        Status = status;
        Limit = limit;
    }

    /// <summary>HTTP status of the answer.</summary>
    public int Status { get; }

    /// <summary>The most that is taken, in bytes after decompression.</summary>
    public long Limit { get; }
}

/// <summary>The network failed: no such host, no connection, broken off, no TLS, no HTTP.</summary>
public sealed class OutboundFailedException : OutboundException
{
    /// <summary>Creates the exception.</summary>
    public OutboundFailedException(string target, string reason, Exception? innerException = null)
        : base("outbound_failed", isRetryable: true, target, $"The call of {target} failed: {reason}", innerException)
    {
    }
}
