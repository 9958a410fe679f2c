using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Tracing;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the W3C trace context of a request.</summary>
internal static class TraceHeader
{
    /// <summary>The caller's traceparent; null when there is none, or one that is not valid: that is no reason to refuse a task.</summary>
    public static string? Read(HttpRequest request) =>
        request.Headers.TraceParent is [var text] ? TraceParents.Accept(text) : null;
}
