using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Metrics;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tracing;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Submissions;

/// <summary>What a submission came to.</summary>
/// <param name="IsNew">Whether this submission made it so; else its idempotency key stood for the task before.</param>
public sealed record SubmittedTask(TaskRecord Task, bool IsNew);

/// <summary>Takes tasks in: stores each and sets it going.</summary>
public sealed class TaskSubmitter(ITaskStore store, TaskStarter starter, TaskMetrics metrics)
{
    private const int ReadsAtOnce = 16;

    /// <summary>Stores the task and sets it going. Once it is stored it is accepted: if its start fails, the sweep starts it.</summary>
    /// <returns>The new task, or the one that the idempotency key stands for.</returns>
    /// <exception cref="ProblemException">See <see cref="StoreAsync"/>.</exception>
    public async Task<SubmittedTask> SubmitAsync(DurableTaskClient client, TaskSubmission submission, CancellationToken cancellationToken)
    {
        var submitted = await StoreOrFindAsync(submission, cancellationToken);
        return submitted.Task.Unstarted ? submitted with { Task = await starter.TryStartAsync(client, submitted.Task, cancellationToken) } : submitted;
    }

    /// <summary>Stores the task. If <see cref="TaskRecord.Unstarted"/> it is still to be set going; whoever stored it first may have died before he could.</summary>
    /// <exception cref="ProblemException"><c>idempotency_conflict</c> or <c>name_taken</c>: key or name belong to another submission;
    /// <c>invalid_task</c>: a task it depends on is not there.</exception>
    public async Task<TaskRecord> StoreAsync(TaskSubmission submission, CancellationToken cancellationToken) =>
        (await StoreOrFindAsync(submission, cancellationToken)).Task;

    private async Task<SubmittedTask> StoreOrFindAsync(TaskSubmission submission, CancellationToken cancellationToken)
    {
        using var trace = TaskTraces.StartSubmit(submission);

        // What comes of the task later goes below this.
        var submitted = await StoreOrFindInTraceAsync(trace is null ? submission : submission with { TraceParent = trace.Id }, cancellationToken);
        TaskTraces.EndSubmit(trace, submitted);
        return submitted;
    }

    private async Task<SubmittedTask> StoreOrFindInTraceAsync(TaskSubmission submission, CancellationToken cancellationToken)
    {
        // The task of a key that is known was checked when it was stored; what it depends on may be gone by now.
        var faults = await FindFaultsAsync(submission, cancellationToken);
        if (faults.Count > 0 && (submission.IdempotencyKey is null || await store.FindKeyAsync(submission, cancellationToken) is null))
            throw new ProblemException(KnownProblems.InvalidTask(faults));

        var outcome = await store.SubmitAsync(submission, cancellationToken);
        metrics.Submitted(outcome);
        return outcome switch
        {
            SubmitOutcome.Created created => new SubmittedTask(created.Task.Record, IsNew: true),
            SubmitOutcome.Existing existing => new SubmittedTask(existing.Task.Record, IsNew: false),
            SubmitOutcome.KeyConflict conflict => throw new ProblemException(KnownProblems.IdempotencyConflict(conflict.ExistingTask)),
            SubmitOutcome.NameTaken taken => throw new ProblemException(KnownProblems.NameTaken(submission.Name!, taken.ExistingTask)),
            var other => throw new InvalidOperationException($"Submitting cannot come to {other.GetType()}."),
        };
    }

    /// <summary>Holds a submission against the tasks that there are.</summary>
    /// <exception cref="ProblemException"><c>invalid_task</c>: a task it depends on is not there.</exception>
    public async Task CheckAsync(TaskSubmission submission, CancellationToken cancellationToken)
    {
        if (await FindFaultsAsync(submission, cancellationToken) is { Count: > 0 } faults)
            throw new ProblemException(KnownProblems.InvalidTask(faults));
    }

    private async Task<IReadOnlyList<Fault>> FindFaultsAsync(TaskSubmission submission, CancellationToken cancellationToken)
    {
        if (submission.DependsOn is not { Tasks: var tasks })
            return [];

        var isThere = new bool[tasks.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, tasks.Count, parallel, async (index, token) => isThere[index] = await store.GetRecentAsync(tasks[index], token) is not null);
        return [.. tasks.Index().Where(task => !isThere[task.Index]).Select(task => new Fault($"{submission.DependsOnPointer}/{task.Index}", $"There is no task {task.Item}."))];
    }
}
