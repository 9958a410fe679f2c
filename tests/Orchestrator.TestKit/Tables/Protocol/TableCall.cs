namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>A request, by itself or within a transaction.</summary>
/// <param name="Headers">Without regard to case.</param>
internal sealed record TableCall(string Method, TableAddress Address, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public string? IfMatch => Headers.GetValueOrDefault("If-Match");

    public bool PrefersNoContent => string.Equals(Headers.GetValueOrDefault("Prefer"), "return-no-content", StringComparison.Ordinal);
}
