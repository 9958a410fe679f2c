using Microsoft.AspNetCore.Http;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Problems;

/// <summary>What an exception is answered with.</summary>
internal static class ProblemMapping
{
    /// <summary>The problem for <paramref name="exception"/>. What is not ours to tell becomes an internal error without details.</summary>
    public static Problem From(Exception exception) => exception switch
    {
        ProblemException refused => refused.Problem,
        StorageUnavailableException { Reason: StorageUnavailableException.StoreSchemaNewer } => KnownProblems.StoreSchemaNewer(),
        StorageUnavailableException => KnownProblems.StorageUnavailable(),
        PayloadTooLargeException tooLarge => new Problem
        {
            Code = tooLarge.Code,
            Title = "A value is too large to be stored",
            Status = StatusCodes.Status413PayloadTooLarge,
            Detail = tooLarge.Message,
        },
        OrchestratorException { IsRetryable: true } transient => new Problem
        {
            Code = transient.Code,
            Title = "Not possible at the moment",
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = transient.Message,
            RetryAfter = TimeSpan.FromSeconds(5),
        },
        BadHttpRequestException bad => new Problem
        {
            Code = bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "body_too_large" : "invalid_request",
            Title = "The request cannot be read",
            Status = bad.StatusCode,
            Detail = bad.Message,
        },
        _ => KnownProblems.Internal(),
    };
}
