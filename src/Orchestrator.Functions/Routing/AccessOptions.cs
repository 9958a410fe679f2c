namespace Orchestrator.Functions.Routing;

/// <summary>Who may call the HTTP routes.</summary>
internal sealed class AccessOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Access";

    /// <summary>
    /// Whether a caller on this machine needs no key. Default: true, for the laptop. It holds for requests that come from a
    /// loopback address, name a loopback host and were forwarded by nobody. Set it to false wherever a proxy runs beside the app.
    /// </summary>
    public bool TrustLoopback { get; set; } = true;

    /// <summary>The API keys by the name of their holder. Without any, only this machine may call.</summary>
    public IDictionary<string, AccessKeyOptions> Keys { get; } = new Dictionary<string, AccessKeyOptions>(StringComparer.OrdinalIgnoreCase);
}
