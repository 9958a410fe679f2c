using System.Diagnostics;

namespace Orchestrator.Functions.Tracing;

/// <summary>What callers say of the trace that they are in.</summary>
internal static class TraceParents
{
    /// <summary>Later versions of W3C trace context may be longer than the 55 characters of this one.</summary>
    private const int MaxLength = 128;

    /// <summary>The text if it is a traceparent; null for any other: W3C says to go on as if there were none.</summary>
    public static string? Accept(string? text) =>
        text is { Length: <= MaxLength } && ActivityContext.TryParse(text, traceState: null, out _) ? text : null;

    /// <summary>The trace id that a traceparent names, 32 hexadecimal digits; null when it is none.</summary>
    public static string? IdOf(string? text) => ActivityContext.TryParse(text, traceState: null, out var parsed) ? parsed.TraceId.ToHexString() : null;
}
