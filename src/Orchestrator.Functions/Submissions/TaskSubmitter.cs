using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Submissions;

/// <summary>Takes tasks in: stores each and starts its orchestration.</summary>
public sealed class TaskSubmitter(ITaskStore store, OrchestrationStarter starter)
{
    /// <summary>Stores the task and sets it going. Once it is stored it is accepted: if its start fails, the sweep starts it.</summary>
    /// <returns>The new task, or the one that the idempotency key stands for.</returns>
    /// <exception cref="ProblemException"><c>idempotency_conflict</c>: the key belongs to another submission.</exception>
    public async Task<TaskRecord> SubmitAsync(DurableTaskClient client, TaskSubmission submission, CancellationToken cancellationToken)
    {
        switch (await store.SubmitAsync(submission, cancellationToken))
        {
            case SubmitOutcome.Created { Task.Record: var created }:
                await starter.TryStartAsync(client, created.Id);
                return created;

            case SubmitOutcome.Existing { Task.Record: var existing }:
                // Whoever stored it first may have died before it could start it.
                if (existing.Unstarted)
                    await starter.TryStartAsync(client, existing.Id);
                return existing;

            case SubmitOutcome.KeyConflict conflict:
                throw new ProblemException(KnownProblems.IdempotencyConflict(conflict.ExistingTask));

            case var other:
                throw new InvalidOperationException($"Submitting cannot come to {other.GetType()}.");
        }
    }
}
