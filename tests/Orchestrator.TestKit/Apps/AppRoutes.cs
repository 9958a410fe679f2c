namespace Orchestrator.TestKit.Apps;

/// <summary>The routes of the app, for tests that do not see its assembly. A test of the app holds them to its route table.</summary>
public static class AppRoutes
{
    /// <summary>Those that are refused while storage is away: method and template below <c>api</c>.</summary>
    public static IReadOnlyList<string> NeedStorage { get; } =
    [
        "POST tasks", "GET tasks", "GET tasks/{id}", "GET tasks/counts", "GET tasks/named/{name}", "POST tasks/batch", "POST tasks/bulk", "POST tasks/{id}/cancel", "POST tasks/{id}/pause",
        "POST tasks/{id}/resume", "POST tasks/{id}/rerun", "DELETE tasks/{id}", "GET tasks/{id}/events", "GET tasks/{id}/export", "GET tasks/{id}/attempts", "GET tasks/{id}/attempts/{attempt}",
        "POST tasks/{id}/attempts/{attempt}/token", "POST tasks/{id}/attempts/{attempt}/complete", "POST tasks/{id}/attempts/{attempt}/fail", "POST tasks/{id}/attempts/{attempt}/heartbeat",
        "POST tasks/validate", "GET task-types", "GET task-types/{name}", "PUT task-types/{name}", "DELETE task-types/{name}", "GET dead-letters", "GET dead-letters/{id}",
        "POST dead-letters/{id}/redrive", "DELETE dead-letters/{id}", "GET stats", "POST retention/run", "GET limiters", "POST storage/verify", "PUT logging/{category}", "DELETE logging/{category}",
        "GET audit", "GET keys", "POST keys", "DELETE keys/{id}",
    ];

    /// <summary>Those that are answered as ever, but for those of health.</summary>
    public static IReadOnlyList<string> WorkWithoutStorage { get; } = ["GET config", "GET logging"];
}
