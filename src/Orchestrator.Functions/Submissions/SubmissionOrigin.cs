using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Http;

namespace Orchestrator.Functions.Submissions;

/// <summary>Where a submission came from.</summary>
/// <param name="By">Who or what submitted it, as the audit names actors; null: nobody is known.</param>
/// <param name="Trace">The W3C trace context it came with; null: none.</param>
public sealed record SubmissionOrigin(string? By, string? Trace)
{
    /// <summary>Nothing is known of it.</summary>
    public static SubmissionOrigin Unknown { get; } = new(null, null);

    /// <summary>A request.</summary>
    internal static SubmissionOrigin Of(HttpRequest request) => new(Caller.Of(request.HttpContext)?.Id, TraceHeader.Read(request));

    /// <summary>A message of a queue.</summary>
    internal static SubmissionOrigin OfQueue(string queue) => new($"queue:{queue}", null);
}
