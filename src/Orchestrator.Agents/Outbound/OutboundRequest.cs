namespace Orchestrator.Agents.Outbound;

/// <summary>A call of another host.</summary>
public sealed record OutboundRequest
{
    /// <summary>Default: GET.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>An absolute http or https address.</summary>
    public required string Address { get; init; }

    /// <summary>Headers, <c>Content-Type</c> among them. Those that frame a message or speak to proxies may not be set.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What is sent; null sends nothing.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Whether the answer's body is read; without, it is empty and its length does not matter. Default: yes.</summary>
    public bool ReadsBody { get; init; } = true;
}
