namespace Orchestrator.Cli.Api;

/// <summary>The body of a refused request (problem+json).</summary>
internal sealed record ApiProblem
{
    public string? Title { get; init; }
    public string? Detail { get; init; }
    public string? Code { get; init; }
    public IReadOnlyList<ApiFault> Errors { get; init; } = [];
}

/// <param name="Pointer">Which part of the body is at fault, as a JSON pointer.</param>
internal sealed record ApiFault(string Pointer, string Message);
