using Microsoft.AspNetCore.Http;
using Orchestrator.Access;
using Orchestrator.Audit;

namespace Orchestrator.Functions.Access;

/// <summary>Who calls.</summary>
/// <param name="Id">How they came in and who they are: <c>key:{id}</c>, <c>configured:{holder}</c>, <c>entra:{object id}</c> or <c>local</c>; no secret.</param>
/// <param name="Name">What people call them.</param>
/// <param name="Role">What they may do.</param>
internal sealed record Caller(string Id, string Name, Role Role)
{
    private static readonly object ItemKey = new();

    /// <summary>Whoever is on this machine, where that is trusted.</summary>
    public static Caller Local { get; } = new("local", "local", Role.Admin);

    /// <summary>The caller as the audit calls them.</summary>
    public AuditActor Actor => new(Id, Name, Role);

    /// <summary>Who has sent a request that was let in; null when the route is open to anyone.</summary>
    public static Caller? Of(HttpContext http) => http.Items.TryGetValue(ItemKey, out var caller) ? (Caller?)caller : null;

    /// <summary>Remembers for the functions who calls.</summary>
    public void Enter(HttpContext http) => http.Items[ItemKey] = this;
}
