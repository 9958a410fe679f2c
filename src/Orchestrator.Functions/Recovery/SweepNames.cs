namespace Orchestrator.Functions.Recovery;

/// <summary>The names by which repairs are counted.</summary>
internal static class SweepNames
{
    /// <summary>Tasks that were stored, or changed, and not set going.</summary>
    public const string Unstarted = "unstarted";

    /// <summary>Tasks without the orchestration that should see them through.</summary>
    public const string OrchestrationGone = "orchestration_gone";

    /// <summary>Tasks whose time had come without anybody looking at them.</summary>
    public const string LostWake = "lost_wake";

    /// <summary>Tasks that waited for others which were over.</summary>
    public const string LostEdge = "lost_edge";

    /// <summary>Orchestrations without their task.</summary>
    public const string TaskGone = "task_gone";

    /// <summary>Parts of payloads that no task names.</summary>
    public const string Payload = "payload";

    /// <summary>Slots that nobody used.</summary>
    public const string Slot = "slot";
}
