using System.Text;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;
using Orchestrator.History;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.DeadLetters;

/// <summary>
/// Tries to deliver dead letters after all. Safe to repeat: a message is submitted with the idempotency key of its first delivery, so that however often, and
/// beside however late a delivery, there is one task; the receiver of a callback is told which delivery it is.
/// </summary>
public sealed partial class DeadLetterRedriver(
    IDeadLetterStore letters,
    SubmissionIntake intake,
    TaskSubmitter submitter,
    TaskCallbacks callbacks,
    ITaskStore tasks,
    TaskLifecycle lifecycle,
    TimeProvider time,
    ILogger<DeadLetterRedriver> logger)
{
    /// <summary>Redrives a letter and writes down what came of it. A letter that was redriven with success is answered as it is.</summary>
    /// <param name="body">What to submit in place of the message's body; null: the body.</param>
    /// <exception cref="ProblemException"><c>dead_letter_not_found</c>, <c>dead_letter_truncated</c>, <c>dead_letter_withheld</c>, <c>dead_letter_redriven</c> or <c>invalid_redrive</c>.</exception>
    internal async Task<StoredDeadLetter> RedriveAsync(DurableTaskClient client, DeadLetterId id, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        if (await letters.GetAsync(id, cancellationToken) is not { Letter: var letter } stored)
            throw new ProblemException(KnownProblems.DeadLetterNotFound(id.ToString()));

        Check(id, letter, isEdited: body is not null);
        if (letter.State == DeadLetterState.Redriven)
            return stored;

        var redrive = DeadLetterSources.IsQueue(letter.Source)
            ? await SubmitAsync(client, letter, body ?? Encoding.UTF8.GetBytes(letter.Body), cancellationToken)
            : await CallBackAsync(letter, cancellationToken);
        LogRedriven(id, letter.Source, redrive.Outcome);
        return await letters.AddRedriveAsync(id, redrive, cancellationToken) ?? stored with { Letter = letter.With(redrive) };
    }

    private static void Check(DeadLetterId id, DeadLetter letter, bool isEdited)
    {
        var isQueue = DeadLetterSources.IsQueue(letter.Source);
        if (!isQueue && isEdited)
            throw new ProblemException(KnownProblems.InvalidRedrive([new Fault("/body", "The body of a callback is its task as it stands; only messages of queues can be edited.")]));
        if (letter.State == DeadLetterState.Redriven && isEdited)
            throw new ProblemException(KnownProblems.DeadLetterRedriven(id, letter.Redrive!.Task));
        if (letter is { BodyWithheld: true, State: DeadLetterState.Dead } && isQueue && !isEdited)
            throw new ProblemException(KnownProblems.DeadLetterWithheld(id));
        if (letter is { BodyTruncated: true, State: DeadLetterState.Dead } && isQueue && !isEdited)
            throw new ProblemException(KnownProblems.DeadLetterTruncated(id, letter.BodyLength));
    }

    private async Task<DeadLetterRedrive> SubmitAsync(DurableTaskClient client, DeadLetter letter, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            var submission = await intake.ReadAsync(body, defaultKey: letter.Id, origin: new SubmissionOrigin($"dead-letter:{letter.Id}", null), cancellationToken: cancellationToken);
            var submitted = await submitter.SubmitAsync(client, submission, cancellationToken);
            return new DeadLetterRedrive(time.GetUtcNow(), RedriveOutcome.Submitted, submitted.Task.Id, Error: null);
        }
        catch (ProblemException refused)
        {
            var error = new TaskError(refused.Problem.Code, refused.Problem.Detail);
            return new DeadLetterRedrive(time.GetUtcNow(), RedriveOutcome.Refused, Task: null, error) { Faults = refused.Problem.Errors ?? [] };
        }
        catch (OrchestratorException permanent) when (!permanent.IsRetryable)
        {
            return new DeadLetterRedrive(time.GetUtcNow(), RedriveOutcome.Refused, Task: null, new TaskError(permanent.Code, permanent.Message));
        }
    }

    private async Task<DeadLetterRedrive> CallBackAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(letter.Id);
        if (await tasks.GetAsync(id, cancellationToken) is not { Record: { Callback: { } callback } task })
            return new DeadLetterRedrive(time.GetUtcNow(), RedriveOutcome.Failed, id, new TaskError("task_not_found", "The task is gone, and with it what was to be called back."));

        // Delivered though the letter does not say so: whoever redrove it before died before he could write it down.
        var answer = callback.State == CallbackState.Delivered ? new CallbackAnswer.Delivered() : await callbacks.SendAgainAsync(task, cancellationToken);
        if (answer is CallbackAnswer.Failed failed)
            return new DeadLetterRedrive(time.GetUtcNow(), RedriveOutcome.Failed, id, failed.Error);

        await lifecycle.EndCallbackAsync(id, cancellationToken);
        return new DeadLetterRedrive(time.GetUtcNow(), RedriveOutcome.Delivered, id, Error: null);
    }

    [LoggerMessage(4721, LogLevel.Information, "Dead letter {LetterId} of {Source} is redriven: {Outcome}.")]
    private partial void LogRedriven(DeadLetterId letterId, string source, RedriveOutcome outcome);
}
