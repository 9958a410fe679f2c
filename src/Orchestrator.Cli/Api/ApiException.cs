using System.Net;

namespace Orchestrator.Cli.Api;

/// <summary>The app refused a request. The message names the request, the code and every fault.</summary>
internal sealed class ApiException(string request, HttpStatusCode status, ApiProblem? problem)
    : Exception(Describe(request, status, problem))
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>The stable code of the problem; null when the answer was not problem+json.</summary>
    public string? Code { get; } = problem?.Code;

    private static string Describe(string request, HttpStatusCode status, ApiProblem? problem)
    {
        var answer = $"{request} was answered with {(int)status}";
        if (problem is null)
            return $"{answer} {status}.";
        var faults = problem.Errors.Select(fault => $"{fault.Pointer}: {fault.Message}");
        return string.Join(" ", [$"{answer} {problem.Code}: {problem.Detail ?? problem.Title}", .. faults]);
    }
}
