using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Identity;
using Orchestrator.Errors;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Tests;

/// <summary>Each way in which storage does not work has a message of its own that says what to do, and a code.</summary>
public sealed class StorageDiagnosisTests
{
    private static readonly Uri Cloud = new("https://a.table.core.windows.net/?sig=secret");

    public static TheoryData<Exception, string, string> Failures() => new()
    {
        { Refusal("AuthorizationPermissionMismatch"), "storage_permission_missing", "refuses access (403 AuthorizationPermissionMismatch); give the app's identity the role 'Storage Table Data Contributor' on the account; a new role takes up to ten minutes to work." },
        { Refusal("KeyBasedAuthenticationNotPermitted"), "storage_refused", "refuses access (403 KeyBasedAuthenticationNotPermitted); the account takes no keys: set AzureWebJobsStorage__tableServiceUri in place of the connection string, and give the app's identity the role 'Storage Table Data Contributor'." },
        { Refusal("AuthorizationFailure"), "storage_refused", "refuses access (403 AuthorizationFailure); check the key, or the role 'Storage Table Data Contributor', of the configured account, and that the account's firewall lets this machine in." },
        { new CredentialUnavailableException("No identity here.\nMore."), "storage_credential_missing", "cannot be asked, as there is no token for it (No identity here.); give the app a managed identity (AzureWebJobsStorage__credential=managedidentity, and AzureWebJobsStorage__clientId for one that is assigned by the user), or sign in with 'az login' on a machine of your own." },
        { new RequestFailedException(503, "busy", "ServerBusy", null), "storage_busy", "does not answer (503 ServerBusy); it takes no more at the moment. If that goes on, see the account's metrics for throttling, and what else uses it." },
        { new RequestFailedException("failed", new SocketException((int)SocketError.HostNotFound)), "storage_unreachable", "does not answer (*); nobody knows the name a.table.core.windows.net: check the account's name, and the DNS zone if the account has a private endpoint." },
        { new RequestFailedException("failed", new AuthenticationException("untrusted")), "storage_unreachable", "does not answer (untrusted); the certificate it shows is not trusted here: check for a proxy in between." },
        { new AggregateException(new IOException("first"), new TaskCanceledException()), "storage_unreachable", "does not answer (timed out); check the network, the account's firewall and the account named in AzureWebJobsStorage." },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Describe_Failure_SaysWhatToDo(Exception failure, string reason, string text)
    {
        var described = StorageFailures.Describe(Cloud, failure);

        Assert.True(StorageFailures.IsUnavailable(failure));
        Assert.Equal(reason, described.Reason);
        var parts = $"Table storage at https://a.table.core.windows.net/ {text}".Split('*');
        Assert.StartsWith(parts[0], described.Message, StringComparison.Ordinal);
        Assert.EndsWith(parts[^1], described.Message, StringComparison.Ordinal);
        Assert.True(parts.Length == 2 || parts[0] == described.Message);
    }

    [Fact]
    public void Describe_RefusedAndTheClockIsOff_SaysSo()
    {
        var refusal = new RequestFailedException(new Refused(TimeProvider.System.GetUtcNow().AddHours(2)));

        var described = StorageFailures.Describe(Cloud, refusal);

        Assert.Equal("storage_clock_wrong", described.Reason);
        Assert.Contains("the clock here is 0", described.Message, StringComparison.Ordinal);
        Assert.EndsWith("off that of storage, which refuses over 15 minutes: set it right.", described.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_DescribedBefore_Same()
    {
        var described = new StorageUnavailableException(Cloud, "as it was");

        Assert.Same(described, StorageFailures.Describe(Cloud, new AggregateException(new IOException("first"), described)));
    }

    /// <summary>What answers is none of Azure's, such as a proxy that wants its users to sign in.</summary>
    [Fact]
    public void Describe_PageInPlaceOfAnAnswer_SaysSo()
    {
        var described = StorageFailures.Describe(Cloud, new JsonException("'<' is an invalid start of a value."));

        Assert.Equal("storage_unexpected", described.Reason);
        Assert.Equal(
            "Table storage at https://a.table.core.windows.net/ does not answer as table storage does (what it sends is not JSON); check that the configured address is that of the tables "
            + "(https://myaccount.table.core.windows.net), not of blobs or queues, that the account has tables, and that no proxy answers in its place.",
            described.Message);
    }

    private static RequestFailedException Refusal(string code) => new(403, "no", code, null);

    /// <summary>An answer 403 with the time of whoever gave it.</summary>
    private sealed class Refused(DateTimeOffset date) : Response
    {
        public override int Status => 403;

        public override string ReasonPhrase => "Forbidden";

        public override Stream? ContentStream { get; set; }

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => name == "Date";

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [new("Date", date.ToString("R"))];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = name == "Date" ? date.ToString("R") : null;
            return value is not null;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = TryGetHeader(name, out var value) ? [value] : null;
            return values is not null;
        }
    }
}
