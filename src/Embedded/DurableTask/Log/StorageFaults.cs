using Azure;

namespace Embedded.DurableTask.Log;

/// <summary>Tells failures of storage from refusals.</summary>
internal static class StorageFaults
{
    /// <summary>The failure of the last try, where a client has tried several times.</summary>
    public static Exception LastOf(Exception exception) => exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception;

    /// <summary>
    /// Whether the outcome is unknown: no answer, a time-out, or an answer that says that the service failed. The caller's own
    /// cancellation is none.
    /// </summary>
    public static bool IsFault(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        AggregateException aggregate => aggregate.InnerExceptions.All(e => IsFault(e, cancellationToken)),
        RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
        IOException or HttpRequestException or TimeoutException => true,
        _ => false,
    };
}
