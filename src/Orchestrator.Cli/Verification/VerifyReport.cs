using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Verification;

/// <summary>What checking all storage came to; as it is written with <c>--json</c>.</summary>
/// <param name="Tasks">Tasks checked.</param>
/// <param name="Rows">Rows checked.</param>
/// <param name="Findings">What is, or was, wrong.</param>
internal sealed record VerifyReport(int Tasks, long Rows, IReadOnlyList<StorageFindingView> Findings)
{
    /// <summary>Whether nothing is wrong any more.</summary>
    public bool IsClean => Findings.All(finding => finding.Repair == StorageFindingView.Repaired);
}
