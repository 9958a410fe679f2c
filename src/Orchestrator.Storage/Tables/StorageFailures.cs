using Azure;
using Azure.Identity;
using Orchestrator.Errors;

namespace Orchestrator.Storage.Tables;

/// <summary>Tells a storage that does not work from everything else.</summary>
internal static class StorageFailures
{
    /// <summary>Whether the request may have had its effect although it failed, or may succeed when repeated.</summary>
    public static bool IsUnclear(Exception exception) => exception switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500,

        // The pipeline's own time-out; a cancelled caller is told apart by its token.
        OperationCanceledException => true,
        AggregateException => true,
        IOException or HttpRequestException => true,
        _ => false,
    };

    /// <summary>Whether storage as a whole does not work for us.</summary>
    public static bool IsUnavailable(Exception exception) =>
        IsUnclear(exception) || exception is RequestFailedException { Status: 401 or 403 } or AuthenticationFailedException;

    /// <summary>The exception that says what to do.</summary>
    public static StorageUnavailableException Describe(Uri endpoint, Exception exception)
    {
        // A later try that was not sent at all knows no more than the ones before it.
        var last = exception is AggregateException { InnerExceptions: [.., var inner] } ? inner : exception;
        return last as StorageUnavailableException ?? StorageDiagnosis.Of(endpoint, last, exception);
    }
}
