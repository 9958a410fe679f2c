namespace Orchestrator.TestKit.Faults;

/// <summary>What <see cref="FaultProxy"/> does to a call instead of handing it on and its answer back. A closed family.</summary>
public abstract record StorageFault
{
    private StorageFault()
    {
    }

    /// <summary>A slow network: waits, then hands the call on.</summary>
    public sealed record Delay(TimeSpan By) : StorageFault;

    /// <summary>A refusal: storage never sees the call, and the caller gets an error answer.</summary>
    /// <param name="Status">Such as 500, 503, 409 or 412. A transaction's 4xx is answered as storage does, inside a 202.</param>
    public sealed record Answer(int Status) : StorageFault
    {
        /// <summary>The answer's Retry-After in whole seconds; none when null.</summary>
        public TimeSpan? RetryAfter { get; init; }

        /// <summary>The error code; what storage says most often with this status when null.</summary>
        public string? Code { get; init; }
    }

    /// <summary>A broken connection: storage never sees the call, and the caller's connection is reset.</summary>
    public sealed record Reset : StorageFault;

    /// <summary>
    /// Applied, but reported as failed: storage does what was asked, and the caller gets an error answer. What storage refuses is not applied:
    /// its answer is handed on.
    /// </summary>
    /// <param name="Status">Such as 500.</param>
    public sealed record ApplyThenAnswer(int Status) : StorageFault;

    /// <summary>Applied, but the answer is lost: the caller's connection is reset.</summary>
    public sealed record ApplyThenReset : StorageFault;

    /// <summary>
    /// Applied, and the first half of the answer's body given; then the connection is reset. An answer without a body is lost altogether.
    /// </summary>
    public sealed record Truncate : StorageFault;

    /// <summary>Delivered twice, one after the other; the caller gets the second answer.</summary>
    public sealed record DeliverTwice : StorageFault;

    /// <summary>Calls back before storage sees the call, and goes on when that returns: the moment for a crash "before it was applied".</summary>
    /// <param name="Callback">May take as long as it likes.</param>
    public sealed record CallBefore(Func<StorageCall, Task> Callback) : StorageFault
    {
        /// <summary>Whether the call ends there: storage never sees it, and the caller's connection is reset.</summary>
        public bool Drops { get; init; }

        /// <inheritdoc/>
        public override string ToString() => Drops ? "CallBefore, dropped" : "CallBefore";
    }

    /// <summary>Calls back when storage has applied the call, before the caller learns of it: the moment for a crash "applied but not answered".</summary>
    /// <param name="Callback">May take as long as it likes.</param>
    public sealed record CallAfter(Func<StorageCall, Task> Callback) : StorageFault
    {
        /// <summary>Whether the answer is lost: the caller's connection is reset.</summary>
        public bool Drops { get; init; }

        /// <inheritdoc/>
        public override string ToString() => Drops ? "CallAfter, dropped" : "CallAfter";
    }
}
