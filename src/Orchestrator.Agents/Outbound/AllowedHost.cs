using System.Buffers;

namespace Orchestrator.Agents.Outbound;

/// <summary>One entry of <see cref="OutboundOptions.AllowedHosts"/>: scheme and port must be the same, and the host the same or, after <c>*.</c>, below.</summary>
/// <param name="Host">As <see cref="Uri.IdnHost"/> has it.</param>
/// <param name="IsSuffix">Whether hosts below are meant, and not this one.</param>
internal sealed record AllowedHost(string Scheme, string Host, int Port, bool IsSuffix)
{
    /// <summary>What an entry must be, to stand behind "it".</summary>
    public const string Rule = "must be a host such as api.example.com, *.example.com or api.example.com:8443, with http:// before it to allow plain http";

    private const string SchemeMark = "://";
    private const string Wildcard = "*.";

    private static readonly SearchValues<char> _notInHosts = SearchValues.Create("/?#@\\* \t\r\n");

    /// <returns>Null where the text is no entry.</returns>
    public static AllowedHost? TryParse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;

        var mark = text.IndexOf(SchemeMark, StringComparison.Ordinal);
        var scheme = mark < 0 ? Uri.UriSchemeHttps : text[..mark].ToLowerInvariant();
        var rest = mark < 0 ? text : text[(mark + SchemeMark.Length)..];
        if (scheme != Uri.UriSchemeHttps && scheme != Uri.UriSchemeHttp)
            return null;

        var isSuffix = rest.StartsWith(Wildcard, StringComparison.Ordinal);
        rest = isSuffix ? rest[Wildcard.Length..] : rest;
        // Only what reads back as it was written is an entry: no path, no user, no blanks, no second way to write a number.
        if (!Uri.TryCreate($"{scheme}://{rest}", UriKind.Absolute, out var uri) || uri.PathAndQuery != "/" || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0
            || rest.AsSpan().ContainsAny(_notInHosts))
        {
            return null;
        }

        var isName = uri.HostNameType == UriHostNameType.Dns;
        if (isSuffix ? !isName || !uri.IdnHost.Contains('.') : uri.IdnHost.Length == 0)
            return null;
        if (uri.IdnHost.EndsWith('.') || (!isName && !rest.StartsWith(uri.Host, StringComparison.OrdinalIgnoreCase)))
            return null;
        return new AllowedHost(scheme, uri.IdnHost, uri.Port, isSuffix);
    }

    public bool Allows(Uri address) =>
        string.Equals(address.Scheme, Scheme, StringComparison.Ordinal) && address.Port == Port
        && (IsSuffix
            ? address.HostNameType == UriHostNameType.Dns && address.IdnHost.EndsWith("." + Host, StringComparison.OrdinalIgnoreCase)
            : string.Equals(address.IdnHost, Host, StringComparison.OrdinalIgnoreCase));
}
