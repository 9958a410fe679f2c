using System.Collections.Frozen;
using System.Collections.Immutable;
using Orchestrator.Functions.Http;

namespace Orchestrator.Functions.Routing;

/// <summary>
/// Every HTTP route of the app and who may call it: the one place that says so. To the host all routes are anonymous, because
/// the worker never learns which function key was used; a function without a row here answers nobody.
/// </summary>
internal static class RouteTable
{
    /// <summary>All rows.</summary>
    public static ImmutableArray<Route> Routes { get; } =
    [
        new("POST", "tasks", nameof(TasksFunctions.SubmitTask), Role.Operator),
        new("GET", "tasks", nameof(TasksFunctions.ListTasks), Role.Viewer),
        new("GET", "tasks/{id}", nameof(TasksFunctions.GetTask), Role.Viewer),
        new("GET", "tasks/{id}/events", nameof(TasksFunctions.GetTaskEvents), Role.Viewer),
        new("POST", "tasks/{id}/cancel", nameof(TasksFunctions.CancelTask), Role.Operator),
        new("GET", "health", nameof(HealthFunction.GetHealth), Role.Anyone),
    ];

    private static readonly FrozenDictionary<string, Route> ByFunction =
        Routes.ToFrozenDictionary(route => route.Function, StringComparer.OrdinalIgnoreCase);

    /// <summary>The row of a function; null when it has none.</summary>
    public static Route? Find(string function) => ByFunction.GetValueOrDefault(function);
}
