namespace Orchestrator.Cli.Verification;

/// <summary>What was given on the command line.</summary>
/// <param name="Repair">Whether what can be mended is.</param>
/// <param name="Json">Whether the report is JSON.</param>
internal sealed record VerifyOptions(bool Repair, bool Json);
