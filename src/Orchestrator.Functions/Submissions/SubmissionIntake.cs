using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Submissions;

/// <summary>Reads submissions from bytes, whichever way they came in, and finds everything that is wrong with one.</summary>
public sealed class SubmissionIntake(TaskSubmissionReader reader, ICallbackSender callbacks)
{
    /// <summary>How many JSON containers may lie in each other; what the reader takes, too.</summary>
    public const int MaxJsonDepth = 64;

    /// <summary>Reads a submission.</summary>
    /// <param name="utf8Json">What was sent.</param>
    /// <param name="headerKey">An idempotency key given beside it.</param>
    /// <param name="defaultKey">The key when none is given.</param>
    /// <param name="origin">Where it came from; unknown unless given.</param>
    /// <exception cref="ProblemException"><c>invalid_json</c> or <c>invalid_task</c>, with every fault.</exception>
    public async ValueTask<TaskSubmission> ReadAsync(
        ReadOnlyMemory<byte> utf8Json, string? headerKey = null, string? defaultKey = null, SubmissionOrigin? origin = null, CancellationToken cancellationToken = default)
    {
        var faults = StrictJson.Check(utf8Json.Span, MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        return await reader.ReadAsync(utf8Json, headerKey, defaultKey, cancellationToken) switch
        {
            SubmissionReading.Accepted accepted => Check(accepted.Submission) with { TraceParent = origin?.Trace, SubmittedBy = origin?.By },
            SubmissionReading.Refused refused => throw new ProblemException(KnownProblems.InvalidTask(refused.Faults)),
            SubmissionReading.NotJson notJson => throw new ProblemException(KnownProblems.InvalidJson([new Fault("", notJson.Reason)])),
            var other => throw new InvalidOperationException($"A submission cannot be read as {other.GetType()}."),
        };
    }

    private TaskSubmission Check(TaskSubmission submission) =>
        submission.CallbackUrl is { } url && callbacks.FindFault(url) is { } fault
            ? throw new ProblemException(KnownProblems.InvalidTask([new Fault("/callback/url", fault)]))
            : submission;
}
