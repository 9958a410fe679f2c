using Orchestrator.Tasks;

namespace Orchestrator.Retention;

/// <summary>Why a task must not be removed.</summary>
public enum PurgeObstacle
{
    /// <summary>It is not over.</summary>
    NotOver = 0,

    /// <summary>Its end is still to be called back.</summary>
    CallbackPending = 1,

    /// <summary>Others are still to be told of its end.</summary>
    OthersWait = 2,
}

/// <summary>Says whether a task may be removed. Once it is gone, nobody calls its end back or tells those that wait for it.</summary>
public static class PurgeObstacles
{
    /// <summary>What keeps a task from being removed; null: nothing.</summary>
    public static PurgeObstacle? Find(TaskRecord task) => task switch
    {
        _ when !task.State.IsTerminal() => PurgeObstacle.NotOver,
        { Callback.State: CallbackState.Pending } => PurgeObstacle.CallbackPending,
        { Unstarted: true } => PurgeObstacle.OthersWait,
        _ => null,
    };
}
