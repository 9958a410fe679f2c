using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Availability;
using Orchestrator.Errors;
using Orchestrator.Functions.DeadLetters;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;
using Orchestrator.History;

namespace Orchestrator.Functions.Queues;

/// <summary>
/// Takes tasks from a queue. A message that can never be accepted becomes a dead letter at its first delivery and is consumed;
/// one that fails for another reason goes back, and after the host's dequeue limit comes through the poison queue.
/// </summary>
public sealed partial class TaskQueueFunctions
{
    /// <summary>The queue that tasks come in by; a message is the JSON that the HTTP route takes.</summary>
    public const string QueueName = "tasks";

    /// <summary>Where the host puts what could not be handled.</summary>
    public const string PoisonQueueName = "tasks-poison";

    /// <summary>
    /// How long a delivery waits for a storage that is away, before it counts as failed: with the host's five deliveries an outage of ten minutes makes no
    /// dead letter. Below the time for which both hosts hide a message that is worked on.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const string Connection = "AzureWebJobsStorage";

    private static readonly SubmissionOrigin Origin = SubmissionOrigin.OfQueue(QueueName);

    private readonly SubmissionIntake _intake;
    private readonly TaskSubmitter _submitter;
    private readonly DeadLetterBin _bin;
    private readonly MessageMask _mask;
    private readonly IStorageAvailability _storage;
    private readonly TimeProvider _time;
    private readonly ILogger<TaskQueueFunctions> _logger;

    /// <summary>Creates the functions.</summary>
    public TaskQueueFunctions(
        SubmissionIntake intake, TaskSubmitter submitter, DeadLetterBin bin, MessageMask mask, IStorageAvailability storage, TimeProvider time, ILogger<TaskQueueFunctions> logger)
    {
        _intake = intake;
        _submitter = submitter;
        _bin = bin;
        _mask = mask;
        _storage = storage;
        _time = time;
        _logger = logger;
    }

    /// <summary>Submits the task in a message. Its idempotency key is the body's own, else the message's id: a second delivery is the same task.</summary>
    [Function(nameof(SubmitQueuedTask))]
    public async Task SubmitQueuedTask(
        [QueueTrigger(QueueName, Connection = Connection)] BinaryData message,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        var info = QueueMessageInfo.Of(context);
        using var scope = MessageScope(_logger, info.Id);
        try
        {
            var submitted = await SubmitAsync(client, message, info, cancellationToken);
            if (submitted.IsNew)
                LogSubmitted(submitted.Task.Id);
            else
                LogKnown(info.Id, submitted.Task.Id);
        }
        catch (ProblemException refused)
        {
            await BuryAsync(QueueName, message, info, refused.Problem, cancellationToken);
        }
        catch (OrchestratorException permanent) when (!permanent.IsRetryable)
        {
            await BuryAsync(QueueName, message, info, permanent.Code, permanent.Message, [], cancellationToken);
        }
    }

    /// <summary>Keeps a message that the host has given up: with what is wrong with it if anything is, such as with one that was not base64 and never came here.</summary>
    [Function(nameof(BuryPoisonedTask))]
    public async Task BuryPoisonedTask(
        [QueueTrigger(PoisonQueueName, Connection = Connection)] BinaryData message,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        const string reason = "Every delivery of the message failed, though nothing is wrong with what it says: the log has the failures. Or it was not base64. "
            + "Redrive it once the cause is gone.";
        var info = QueueMessageInfo.Of(context);
        using var scope = MessageScope(_logger, info.Id);
        try
        {
            await _intake.ReadAsync(message.ToMemory(), defaultKey: info.Id, cancellationToken: cancellationToken);
            await BuryAsync(PoisonQueueName, message, info, "delivery_failed", reason, [], cancellationToken);
        }
        catch (ProblemException refused)
        {
            await BuryAsync(PoisonQueueName, message, info, refused.Problem, cancellationToken);
        }
    }

    /// <summary>
    /// Submits it, and once more when storage is back if it was away: a delivery that fails is counted, and that storage is away is not the message's fault. One
    /// that fails while storage answers others, or again, may be at fault.
    /// </summary>
    private async Task<SubmittedTask> SubmitAsync(DurableTaskClient client, BinaryData message, QueueMessageInfo info, CancellationToken cancellationToken)
    {
        for (var isAgain = false; ; isAgain = true)
        {
            try
            {
                var submission = await _intake.ReadAsync(message.ToMemory(), defaultKey: info.Id, origin: Origin, cancellationToken: cancellationToken);
                return await _submitter.SubmitAsync(client, submission, cancellationToken);
            }
            catch (StorageUnavailableException exception) when (_storage.IsAway && !isAgain)
            {
                LogStorageAway(exception, info.Id);
                await _storage.WhenBackAsync(Patience, cancellationToken);
            }
        }
    }

    private Task BuryAsync(string queue, BinaryData message, QueueMessageInfo info, Problem problem, CancellationToken cancellationToken) =>
        BuryAsync(queue, message, info, problem.Code, problem.Detail, problem.Errors ?? [], cancellationToken);

    private async Task BuryAsync(
        string queue, BinaryData message, QueueMessageInfo info, string code, string reason, IReadOnlyList<Fault> faults, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var body = message.ToString();
        var kept = await _mask.KeepAsync(body, cancellationToken);
        var letter = new DeadLetter
        {
            Source = DeadLetterSources.OfQueue(queue),
            Id = info.Id,
            ArrivedAt = info.InsertedAt ?? now,
            DeadAt = now,
            Code = code,
            Reason = reason,
            Faults = faults,
            Body = kept.Text,
            BodyLength = body.Length,
            BodyWithheld = kept.IsWithheld,
            DeliveryCount = info.DequeueCount,
        };
        await _bin.AddAsync(letter, cancellationToken);
    }
}
