using Azure;
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
        IsUnclear(exception) || exception is RequestFailedException { Status: 401 or 403 };

    /// <summary>The exception that says what to do.</summary>
    public static StorageUnavailableException Describe(Uri endpoint, Exception exception)
    {
        var address = endpoint.GetLeftPart(UriPartial.Path);
        var message = exception is RequestFailedException { Status: 401 or 403 } refused
            ? $"Table storage at {address} refuses access ({refused.Status} {refused.ErrorCode}); check the key, or the role 'Storage Table Data Contributor', of the configured account."
            : endpoint.IsLoopback
                ? $"Table storage at {address} does not answer ({Reason(exception)}); start Azurite (npx azurite --skipApiVersionCheck) so that it listens there, or name another account in AzureWebJobsStorage."
                : $"Table storage at {address} does not answer ({Reason(exception)}); check the network and the account named in AzureWebJobsStorage.";
        return new StorageUnavailableException(endpoint, message, exception);
    }

    private static string Reason(Exception exception)
    {
        var inner = exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception;
        return inner switch
        {
            RequestFailedException { Status: > 0 } failed => $"{failed.Status} {failed.ErrorCode}",
            OperationCanceledException => "timed out",
            _ => inner.GetBaseException().Message,
        };
    }
}
