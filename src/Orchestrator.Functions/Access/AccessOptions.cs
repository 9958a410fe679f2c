namespace Orchestrator.Functions.Access;

/// <summary>Who may call the HTTP routes.</summary>
internal sealed class AccessOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Access";

    /// <summary>
    /// Whether a caller on this machine needs no key: one whose request comes from a loopback address, names a loopback host and was forwarded by nobody.
    /// Default: true where the app itself listens, and on a loopback address only; else false. Where a host listens in its place, as in the cloud, true is refused.
    /// </summary>
    public bool? TrustLoopback { get; set; }

    /// <summary>Whether nobody gets in without a key or token, not even from this machine. Default: false. Stronger than <see cref="TrustLoopback"/>.</summary>
    public bool RequireKeys { get; set; }

    /// <summary>API keys by the name of their holder, beside those that are created over the API: the way to create the first of these where nothing else lets anybody in.</summary>
    public IDictionary<string, AccessKeyOptions> Keys { get; } = new Dictionary<string, AccessKeyOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Callers with a bearer token of Entra ID.</summary>
    public EntraOptions Entra { get; } = new();
}
