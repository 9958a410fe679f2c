namespace Orchestrator.Agents.Callbacks;

/// <summary>What became of one try to deliver a callback.</summary>
public abstract record CallbackDelivery
{
    private CallbackDelivery()
    {
    }

    /// <summary>The receiver has taken it.</summary>
    /// <param name="Status">HTTP status, 200–299.</param>
    public sealed record Delivered(int Status) : CallbackDelivery;

    /// <summary>It was not taken; a later try may be. It may have arrived all the same, so receivers tell deliveries by their task.</summary>
    /// <param name="Code">Stable name of the reason in snake_case: <c>callback_status</c>, <c>outbound_timed_out</c> or <c>outbound_failed</c>.</param>
    /// <param name="Reason">What happened, as a sentence.</param>
    /// <param name="After">How long the receiver asks to be left alone; null where it does not.</param>
    public sealed record RetryLater(string Code, string Reason, TimeSpan? After = null) : CallbackDelivery;

    /// <summary>It will not be taken, however often it is tried.</summary>
    /// <param name="Code">Stable name of the reason in snake_case: <c>callback_status</c>, <c>callback_not_configured</c> or <c>outbound_refused</c>.</param>
    /// <param name="Reason">What happened, as a sentence.</param>
    public sealed record Refused(string Code, string Reason) : CallbackDelivery;
}
