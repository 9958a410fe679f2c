using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Connection;

/// <summary>
/// Signs each try of a request with the account's key, in the table service's flavour of Shared Key: method, content MD5, content type, date and the
/// canonical resource, one to a line. Source: "Authorize with Shared Key", section "Table service".
/// </summary>
internal sealed class SharedKeyPolicy(TableSharedKeyCredential credential, TimeProvider time) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        var request = message.Request;
        var date = time.GetUtcNow().ToString("R");
        request.Headers.SetValue("x-ms-date", date);
        request.Headers.TryGetValue("Content-MD5", out var contentMd5);
        request.Headers.TryGetValue("Content-Type", out var contentType);
        var signature = credential.Sign(TextToSign(request.Method.Method, contentMd5, contentType, date, credential.AccountName, request.Uri.ToUri()));
        request.Headers.SetValue("Authorization", $"SharedKey {credential.AccountName}:{signature}");
    }

    /// <summary>
    /// The canonical resource is the account, then the path as it is sent, then <c>?comp=</c> where it is asked for. With Azurite's path-style addresses the
    /// account therefore stands in it twice.
    /// </summary>
    internal static string TextToSign(string method, string? contentMd5, string? contentType, string date, string account, Uri uri) =>
        $"{method}\n{contentMd5}\n{contentType}\n{date}\n/{account}{uri.AbsolutePath}{Comp(uri.Query)}";

    private static string Comp(string query)
    {
        foreach (var part in query.AsSpan().TrimStart('?').Split('&'))
        {
            var pair = query.AsSpan().TrimStart('?')[part];
            if (pair.StartsWith("comp=", StringComparison.OrdinalIgnoreCase))
                return string.Concat("?comp=", pair["comp=".Length..]);
        }

        return "";
    }
}
