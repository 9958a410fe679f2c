using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tracing;
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
    /// <param name="origin">Where it came from; unknown unless given.</param>
    /// <exception cref="ProblemException"><c>invalid_json</c> or <c>invalid_task</c>, with every fault.</exception>
    public async ValueTask<TaskSubmission> ReadAsync(
        ReadOnlyMemory<byte> utf8Json, string? headerKey = null, SubmissionOrigin? origin = null, CancellationToken cancellationToken = default) =>
        await ReadAsync(utf8Json, token => reader.ReadAsync(utf8Json, headerKey, cancellationToken: token), cancellationToken) with { TraceParent = origin?.Trace, SubmittedBy = origin?.By };

    /// <summary>Reads a submission from a message, which may hold its W3C trace context beside the fields of the task.</summary>
    /// <param name="utf8Json">What was sent.</param>
    /// <param name="messageId">The key when none is given.</param>
    /// <param name="by">What submits it; see <see cref="TaskRecord.SubmittedBy"/>.</param>
    /// <exception cref="ProblemException"><c>invalid_json</c> or <c>invalid_task</c>, with every fault.</exception>
    public async ValueTask<TaskSubmission> ReadMessageAsync(ReadOnlyMemory<byte> utf8Json, string messageId, string? by, CancellationToken cancellationToken)
    {
        var submission = await ReadAsync(utf8Json, token => reader.ReadAsync(utf8Json, defaultKey: messageId, hasTrace: true, cancellationToken: token), cancellationToken);
        return submission with { TraceParent = TraceParents.Accept(submission.TraceParent), SubmittedBy = by };
    }

    private async ValueTask<TaskSubmission> ReadAsync(
        ReadOnlyMemory<byte> utf8Json, Func<CancellationToken, ValueTask<SubmissionReading>> read, CancellationToken cancellationToken)
    {
        var faults = StrictJson.Check(utf8Json.Span, MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        return await read(cancellationToken) switch
        {
            SubmissionReading.Accepted accepted => Check(accepted.Submission),
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
