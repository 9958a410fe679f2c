using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>What happened to a task.</summary>
public enum TaskEventType
{
    /// <summary>It was accepted.</summary>
    Submitted = 0,

    /// <summary>An attempt began.</summary>
    Started = 1,

    /// <summary>Another process took the attempt over after the lease of the first had lapsed.</summary>
    TakenOver = 2,

    /// <summary>The attempt failed and another one follows.</summary>
    Retrying = 3,

    /// <summary>Somebody asked to stop it while an attempt was under way.</summary>
    CancelRequested = 4,

    /// <summary>It ended with an output.</summary>
    Succeeded = 5,

    /// <summary>It ended with an error.</summary>
    Failed = 6,

    /// <summary>It ended because it was not wanted any more.</summary>
    Cancelled = 7,

    /// <summary>It ended because its time ran out.</summary>
    Expired = 8,

    /// <summary>The tasks it depends on are over.</summary>
    Unblocked = 9,

    /// <summary>It is held back.</summary>
    Paused = 10,

    /// <summary>Somebody asked to hold it back while an attempt was under way.</summary>
    PauseRequested = 11,

    /// <summary>It is not held back any more.</summary>
    Resumed = 12,

    /// <summary>The attempt has nothing to do yet and begins anew later.</summary>
    Deferred = 13,

    /// <summary>The attempt waits for somebody outside to complete it.</summary>
    Pending = 14,

    /// <summary>Its end has been called back.</summary>
    CallbackDelivered = 15,

    /// <summary>Its end could not be called back; the callback is a dead letter.</summary>
    CallbackFailed = 16,

    /// <summary>Nobody has worked on the attempt for long; it begins anew once there is a slot for it.</summary>
    LeaseLapsed = 17,
}

/// <summary>One entry of a task's history.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="At">UTC, by the clock of the process that decided it; order is by number.</param>
/// <param name="Attempt">The attempt it belongs to, if to one.</param>
/// <param name="Detail">A JSON object with what else is to know, in camelCase.</param>
public sealed record TaskEvent(int Number, TaskEventType Type, DateTimeOffset At, int? Attempt = null, JsonElement? Detail = null);
