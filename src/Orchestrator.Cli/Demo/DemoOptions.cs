namespace Orchestrator.Cli.Demo;

/// <summary>What was given on the command line; null where nothing was.</summary>
internal sealed record DemoOptions(string? Folder, string? Pattern, int? Port, string? Output, int MaxFiles);
