using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Azure;
using Azure.Identity;
using Orchestrator.Errors;

namespace Orchestrator.Storage.Tables;

/// <summary>Says what is probably wrong when storage does not work, and what to do.</summary>
internal static class StorageDiagnosis
{
    /// <summary>Storage refuses signatures that are 15 minutes off; what is off by less is not why.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(10);

    /// <param name="last">What the last try came to.</param>
    /// <param name="whole">What all tries came to.</param>
    public static StorageUnavailableException Of(Uri endpoint, Exception last, Exception whole)
    {
        var address = endpoint.GetLeftPart(UriPartial.Path);
        var (reason, text) = last switch
        {
            RequestFailedException { Status: 401 or 403 } refused => Refused(refused),
            AuthenticationFailedException failed => ("storage_credential_missing",
                $"cannot be asked, as there is no token for it ({FirstLine(failed.Message)}); give the app a managed identity (AzureWebJobsStorage__credential=managedidentity, and "
                + "AzureWebJobsStorage__clientId for one that is assigned by the user), or sign in with 'az login' on a machine of your own."),
            RequestFailedException { Status: 429 or 503 } busy => ("storage_busy",
                $"does not answer ({busy.Status} {busy.ErrorCode}); it takes no more at the moment. If that goes on, see the account's metrics for throttling, and what else uses it."),
            RequestFailedException { Status: 400 } old when endpoint.IsLoopback => ("storage_unexpected",
                $"does not take what it is asked (400 {old.ErrorCode}); Azurite has to be started with --skipApiVersionCheck, and what listens there has to be its table service."),
            _ when !StorageFailures.IsUnclear(last) => ("storage_unexpected",
                $"does not answer as table storage does ({Cause(last)}); check that the configured address is that of the tables (https://myaccount.table.core.windows.net), "
                + "not of blobs or queues, that the account has tables, and that no proxy answers in its place."),
            _ => ("storage_unreachable", $"does not answer ({Cause(last)}); {Cure(endpoint, last)}"),
        };
        return new StorageUnavailableException(endpoint, $"Table storage at {address} {text}", whole) { Reason = reason };
    }

    /// <summary>It lets us read, but refuses a write.</summary>
    public static StorageUnavailableException ReadOnly(Uri endpoint, RequestFailedException refused) => new(
        endpoint,
        $"Table storage at {endpoint.GetLeftPart(UriPartial.Path)} lets us read, but not write ({refused.Status} {refused.ErrorCode}); give the app's identity the role "
        + "'Storage Table Data Contributor' in place of one that only reads, or, to a shared access signature, the permissions to add, update and delete.",
        refused)
    {
        Reason = "storage_permission_missing",
    };

    private static (string Reason, string Text) Refused(RequestFailedException refused)
    {
        var what = $"refuses access ({refused.Status} {refused.ErrorCode}); ";
        if (refused.GetRawResponse()?.Headers.Date is { } storageTime && (TimeProvider.System.GetUtcNow() - storageTime).Duration() > ClockTolerance)
            return ("storage_clock_wrong", what + $"the clock here is {TimeProvider.System.GetUtcNow() - storageTime:hh\\:mm\\:ss} off that of storage, which refuses over 15 minutes: set it right.");

        return refused.ErrorCode switch
        {
            "AuthorizationPermissionMismatch" => ("storage_permission_missing",
                what + "give the app's identity the role 'Storage Table Data Contributor' on the account; a new role takes up to ten minutes to work."),
            "KeyBasedAuthenticationNotPermitted" => ("storage_refused",
                what + "the account takes no keys: set AzureWebJobsStorage__tableServiceUri in place of the connection string, and give the app's identity the role 'Storage Table Data Contributor'."),
            _ => ("storage_refused",
                what + "check the key, or the role 'Storage Table Data Contributor', of the configured account, and that the account's firewall lets this machine in."),
        };
    }

    private static string Cure(Uri endpoint, Exception last)
    {
        if (endpoint.IsLoopback)
            return "start Azurite (npx azurite --skipApiVersionCheck) so that it listens there, or name another account in AzureWebJobsStorage.";
        return Find<SocketException>(last) is { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain }
            ? $"nobody knows the name {endpoint.Host}: check the account's name, and the DNS zone if the account has a private endpoint."
            : Find<AuthenticationException>(last) is not null
                ? "the certificate it shows is not trusted here: check for a proxy in between."
                : "check the network, the account's firewall and the account named in AzureWebJobsStorage.";
    }

    private static string Cause(Exception exception) => exception switch
    {
        RequestFailedException { Status: > 0 } failed => $"{failed.Status} {failed.ErrorCode}",
        OperationCanceledException => "timed out",
        JsonException => "what it sends is not JSON",
        _ => exception.GetBaseException().Message,
    };

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current is T found)
                return found;
        }

        return null;
    }
}
