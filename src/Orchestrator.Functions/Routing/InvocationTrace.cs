using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Orchestrator.Functions.Routing;

/// <summary>Finds the W3C trace an invocation belongs to.</summary>
internal static class InvocationTrace
{
    /// <summary>The trace id, 32 hexadecimal digits: the caller's own, else that of the host; null when there is none.</summary>
    public static string? IdOf(FunctionContext context, HttpRequest? request) =>
        Parse(request?.Headers.TraceParent.ToString())
        ?? Parse(context.TraceContext.TraceParent)
        ?? Activity.Current?.TraceId.ToHexString();

    private static string? Parse(string? traceParent) =>
        ActivityContext.TryParse(traceParent, traceState: null, out var parsed) ? parsed.TraceId.ToHexString() : null;
}
