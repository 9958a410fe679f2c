using System.Buffers;
using System.Collections.Frozen;

namespace Orchestrator.Agents.Outbound;

/// <summary>Which headers a caller may set.</summary>
internal static class HeaderRules
{
    private static readonly FrozenSet<string> _reserved = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer", "Upgrade", "Expect", "Accept-Encoding");

    /// <summary>The characters of a token, RFC 9110.</summary>
    private static readonly SearchValues<char> _token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>What is wrong with a header, as a sentence; null where nothing is.</summary>
    public static string? FindFault(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(_token))
            return "The name of a header must consist of letters, digits and !#$%&'*+-.^_`|~.";
        if (_reserved.Contains(name) || name.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase))
            return $"The header {name} may not be set.";
        return value.Any(c => c is not '\t' and (< ' ' or > '~'))
            ? $"The value of the header {name} must have no line breaks, no control characters and nothing but ASCII."
            : null;
    }
}
