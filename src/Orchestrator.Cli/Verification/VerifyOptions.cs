namespace Orchestrator.Cli.Verification;

/// <summary>What was given on the command line.</summary>
/// <param name="Address">The app's root.</param>
/// <param name="Key">Null: that of the environment, if there is one.</param>
internal sealed record VerifyOptions(Uri Address, string? Key, bool Repair, bool Json);
