using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Tracing;

namespace Orchestrator.Functions.Routing;

/// <summary>Finds the W3C trace an invocation belongs to.</summary>
internal static class InvocationTrace
{
    /// <summary>The trace id, 32 hexadecimal digits: the caller's own, else that of the host; null when there is none.</summary>
    public static string? IdOf(FunctionContext context, HttpRequest? request) =>
        TraceParents.IdOf(request?.Headers.TraceParent.ToString())
        ?? TraceParents.IdOf(context.TraceContext.TraceParent)
        ?? Activity.Current?.TraceId.ToHexString();
}
