namespace Orchestrator.Tasks;

/// <summary>Whether the end of a task was called back.</summary>
public enum CallbackState
{
    /// <summary>The task is not over, or its callback has not arrived yet.</summary>
    Pending = 0,

    /// <summary>It has arrived.</summary>
    Delivered = 1,

    /// <summary>It was given up; it is a dead letter.</summary>
    Failed = 2,
}

/// <summary>Where the end of a task is called back.</summary>
/// <param name="Url">An absolute address that the rules for outbound calls allow.</param>
public sealed record TaskCallback(string Url, CallbackState State = CallbackState.Pending);
