using Embedded.DurableTask.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Failures as they are stored, and as code sees them.</summary>
internal static class FailureConversions
{
    public static TaskFailureDetails ToDetails(this Failure failure) =>
        new(failure.ErrorType, failure.Message, failure.StackTrace, failure.Inner?.ToDetails(), Properties: null);

    /// <summary>As <see cref="Failure.From(Exception)"/>, but what the failed task failed with stands inside.</summary>
    public static Failure ToFailure(this Exception exception)
    {
        var failure = Failure.From(exception);
        return exception switch
        {
            TaskFailedException failed => (failure with { Inner = failed.FailureDetails.ToFailure() }).Bounded(),
            EntityOperationFailedException failed => (failure with { Inner = failed.FailureDetails.ToFailure() }).Bounded(),
            _ => failure,
        };
    }

    /// <summary>The output that a failed orchestration shows.</summary>
    public static string ToOutput(this Failure failure) => $"{failure.ErrorType}: {failure.Message}";

    private static Failure ToFailure(this TaskFailureDetails details) =>
        new(details.ErrorType, details.ErrorMessage, details.StackTrace, details.InnerFailure?.ToFailure());
}
