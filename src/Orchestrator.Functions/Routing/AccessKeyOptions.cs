using Orchestrator.Configuration;

namespace Orchestrator.Functions.Routing;

/// <summary>One API key: a secret that stands for a role.</summary>
internal sealed class AccessKeyOptions
{
    /// <summary>The secret, 20 to 200 characters. Whoever sends it in the <c>X-Api-Key</c> header has the role.</summary>
    [Secret]
    public string Key { get; set; } = "";

    /// <summary>What its holder may do. Viewer, Operator or Admin. Default: Viewer.</summary>
    public Role Role { get; set; } = Role.Viewer;
}
