using Orchestrator.Cli.Api;
using Spectre.Console;

namespace Orchestrator.Cli.Demo;

/// <summary>A task's state in its colour.</summary>
internal static class StateCell
{
    public static Text Of(TaskLine line) => new(line.Task.State.ToString(), new Style(line.Task.State switch
    {
        TaskState.Succeeded => Color.Green,
        TaskState.Running => Color.Yellow,
        TaskState.Failed or TaskState.Expired or TaskState.Cancelled => Color.Red,
        _ => Color.Grey,
    }));
}
