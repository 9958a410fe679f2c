using Orchestrator.Access;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Access;

/// <summary>One API key: a secret that stands for a role.</summary>
internal sealed class AccessKeyOptions
{
    /// <summary>The secret of a holder, 20 to 200 characters, sent in the header <c>X-Api-Key</c>. Each holder has its own.</summary>
    [Secret]
    public string Key { get; set; } = "";

    /// <summary>What the holder may do: <c>Viewer</c> reads, <c>Operator</c> also submits and cancels, <c>Admin</c> does everything. <c>Anyone</c> is refused.</summary>
    public Role Role { get; set; } = Role.Viewer;
}
