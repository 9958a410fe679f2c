using Microsoft.AspNetCore.Mvc;
using Orchestrator.Functions.Http;

namespace Orchestrator.Functions.Problems;

/// <summary>Turns a problem into an answer.</summary>
internal static class ProblemAnswer
{
    /// <summary>The media type of RFC 9457.</summary>
    public const string ContentType = "application/problem+json; charset=utf-8";

    /// <summary>The answer for <paramref name="problem"/>, with the trace to look for.</summary>
    public static IActionResult Create(Problem problem, string? traceId) =>
        new JsonAnswer<Problem>(problem with { TraceId = traceId }, ApiJson.Api.Problem)
        {
            Status = problem.Status,
            ContentType = ContentType,
            RetryAfter = problem.RetryAfter,
        };
}
