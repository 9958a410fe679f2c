using System.Text.Json;
using Orchestrator.Agents.Outbound;

namespace Orchestrator.Agents.Http;

/// <summary>What a task of type <c>http</c> hands back.</summary>
/// <param name="Headers">By lower-case name, at most 50 with values of at most 1,024 characters; without cookies and without what concerns the connection.</param>
/// <param name="Body">JSON where the answer was JSON, else a text; null where it was empty.</param>
internal sealed record HttpCallOutput(int Status, IReadOnlyDictionary<string, string> Headers, JsonElement? Body)
{
    private const int MaxHeaders = 50;
    private const int MaxValueLength = 1024;

    private static readonly string[] _left = ["set-cookie", "set-cookie2", "connection", "keep-alive", "transfer-encoding", "trailer", "upgrade", "te"];

    public static HttpCallOutput Of(OutboundResponse response, JsonElement? body)
    {
        var headers = response.Headers
            .Select(header => (Name: header.Key.ToLowerInvariant(), header.Value))
            .Where(header => header.Value.Length <= MaxValueLength && !_left.Contains(header.Name, StringComparer.Ordinal)
                && !header.Name.StartsWith("proxy-", StringComparison.Ordinal))
            .DistinctBy(header => header.Name)
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .Take(MaxHeaders)
            .ToDictionary(header => header.Name, header => header.Value, StringComparer.Ordinal);
        return new HttpCallOutput(response.Status, headers, body);
    }
}
