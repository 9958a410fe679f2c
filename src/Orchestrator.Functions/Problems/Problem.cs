using System.Text.Json.Serialization;

namespace Orchestrator.Functions.Problems;

/// <summary>The body of an answer that is not a success: RFC 9457 problem details with a stable code.</summary>
internal sealed record Problem
{
    /// <summary>Names the kind of problem; derived from <see cref="Code"/>.</summary>
    public string Type => $"urn:orchestrator:problem:{Code}";

    /// <summary>The kind of problem in a few words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status it is answered with.</summary>
    public required int Status { get; init; }

    /// <summary>What happened this time and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>Stable name of the kind of problem, snake_case: what programs compare.</summary>
    public required string Code { get; init; }

    /// <summary>Every fault of what was sent; absent when the problem is not one of content.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Fault>? Errors { get; init; }

    /// <summary>The trace to look for in logs, 32 hexadecimal digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>When to try again; becomes the Retry-After header, in whole seconds.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }
}
