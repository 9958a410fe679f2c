using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Connection;

/// <summary>Puts a shared access signature behind each request's address, and a renewed one in its place on a later try.</summary>
internal sealed class SasPolicy(AzureSasCredential credential) : HttpPipelineSynchronousPolicy
{
    private const string AppendedSignature = "Embedded.Tables.Sas";

    public override void OnSendingRequest(HttpMessage message)
    {
        var signature = credential.Signature.TrimStart('?');
        var query = message.Request.Uri.Query.TrimStart('?');
        if (message.TryGetProperty(AppendedSignature, out var earlier) && earlier is string { Length: > 0 } old)
            query = query.Replace(old, "").TrimEnd('&');

        if (!query.Contains(signature))
            query = query.Length == 0 ? signature : $"{query}&{signature}";

        message.Request.Uri.Query = query;
        message.SetProperty(AppendedSignature, signature);
    }
}
