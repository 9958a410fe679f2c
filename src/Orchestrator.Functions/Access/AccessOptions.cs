namespace Orchestrator.Functions.Access;

/// <summary>Who may call the HTTP routes.</summary>
internal sealed class AccessOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Access";

    /// <summary>
    /// Whether a caller on this machine needs no key: its address and the <c>Host</c> it names are loopback, so is its <c>Origin</c> if it sends one, no page of
    /// another site sends it, and nobody forwarded it. Not set: yes where the app itself listens, and on a loopback address only. Refused where a host listens in the app's
    /// place, as on Azure.
    /// </summary>
    public bool? TrustLoopback { get; set; }

    /// <summary>
    /// Whether nobody gets in without a key or token, not even from this machine. Set it where a proxy runs beside the app. Stronger than
    /// <c>TrustLoopback</c>.
    /// </summary>
    public bool RequireKeys { get; set; }

    /// <summary>API keys by the name of their holder, beside those that are created over the API: the way to create the first of these where nothing else lets anybody in.</summary>
    public IDictionary<string, AccessKeyOptions> Keys { get; } = new Dictionary<string, AccessKeyOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Callers with a bearer token of Entra ID.</summary>
    public EntraOptions Entra { get; } = new();
}
