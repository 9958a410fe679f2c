using System.Net.Http.Headers;

namespace Orchestrator.Agents.Outbound;

/// <summary>The answer of another host, whatever its status.</summary>
/// <param name="Status">HTTP status; redirects are not followed, so 3xx is one as any other.</param>
/// <param name="Headers">All headers, names as they came, several values with a comma between.</param>
/// <param name="Body">After decompression.</param>
public sealed record OutboundResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The value of a header, without regard to case; null where there is none.</summary>
    public string? Header(string name)
    {
        foreach (var header in Headers)
        {
            if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
                return header.Value;
        }

        return null;
    }

    /// <summary>How long the host asks to be left alone (<c>Retry-After</c>, in seconds or as a time); null where it does not. Never negative.</summary>
    public TimeSpan? RetryAfter(DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(Header("Retry-After"), out var value))
            return null;
        var delay = value.Delta ?? (value.Date - now).GetValueOrDefault();
        return delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
    }
}
