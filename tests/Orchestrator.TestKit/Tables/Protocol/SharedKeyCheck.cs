using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Holds the signature of a request against the account's key. Source: "Authorize with Shared Key", section "Table service".</summary>
internal sealed class SharedKeyCheck(string account, string key)
{
    private readonly byte[] _key = Convert.FromBase64String(key);

    /// <exception cref="TableRefusal">The request is not signed with the account's key.</exception>
    public void Check(HttpRequest request, TableAddress address)
    {
        var header = request.Headers.Authorization.ToString();
        var date = request.Headers["x-ms-date"].ToString() is { Length: > 0 } own ? own : request.Headers.Date.ToString();
        var resource = $"/{account}{address.Path}" + (address.Query.TryGetValue("comp", out var comp) ? $"?comp={comp}" : "");
        var full = $"{request.Method}\n{request.Headers["Content-MD5"]}\n{request.ContentType}\n{date}\n{resource}";
        if (!Is(header, "SharedKey", full) && !Is(header, "SharedKeyLite", $"{date}\n{resource}"))
            throw TableRefusal.NotAuthenticated();
    }

    private bool Is(string header, string scheme, string signed) =>
        string.Equals(header, $"{scheme} {account}:{Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(signed)))}", StringComparison.Ordinal);
}
