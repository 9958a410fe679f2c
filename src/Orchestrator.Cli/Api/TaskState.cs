namespace Orchestrator.Cli.Api;

/// <summary>The states of a task, as the API names them.</summary>
internal enum TaskState
{
    Scheduled,
    Blocked,
    Queued,
    Running,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

internal static class TaskStates
{
    /// <summary>Whether a task in this state stays in it for ever.</summary>
    public static bool IsTerminal(this TaskState state) => state is TaskState.Succeeded or TaskState.Failed or TaskState.Cancelled or TaskState.Expired;
}
