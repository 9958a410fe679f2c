namespace Orchestrator.Functions.Routing;

/// <summary>Who may call the HTTP routes.</summary>
internal sealed class AccessOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Access";

    /// <summary>
    /// Whether a caller on this machine needs no key: its address and the <c>Host</c> it names are loopback, so is its <c>Origin</c> if it sends one, and
    /// nobody forwarded the request. Set it to <c>false</c> wherever a proxy runs beside the app.
    /// </summary>
    public bool TrustLoopback { get; set; } = true;

    /// <summary>The API keys by the name of their holder. Without any, only this machine may call.</summary>
    public IDictionary<string, AccessKeyOptions> Keys { get; } = new Dictionary<string, AccessKeyOptions>(StringComparer.OrdinalIgnoreCase);
}
