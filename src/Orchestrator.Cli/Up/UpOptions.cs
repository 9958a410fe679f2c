namespace Orchestrator.Cli.Up;

/// <summary>What was given on the command line; null where nothing was.</summary>
internal sealed record UpOptions(string? Folder, int Port);
