using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Demo;

/// <summary>A task to submit, and what to call it on the screen.</summary>
internal sealed record PlannedTask(NewTask Task, string Label);
