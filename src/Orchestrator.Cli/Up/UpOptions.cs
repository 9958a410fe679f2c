namespace Orchestrator.Cli.Up;

/// <summary>What was given on the command line; null where nothing was.</summary>
/// <param name="RequireKeys">Whether nobody gets in without a key, not even from this machine.</param>
internal sealed record UpOptions(string? Folder, int Port, bool RequireKeys = false);
