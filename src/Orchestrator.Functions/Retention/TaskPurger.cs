using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;
using Orchestrator.Errors;
using Orchestrator.Functions.FollowUps;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Retention;

/// <summary>What removing a task came to.</summary>
public abstract record PurgeOutcome
{
    private PurgeOutcome()
    {
    }

    /// <summary>Nothing is left of it.</summary>
    /// <param name="Was">The state it was seen in; null: only what was left of it was seen.</param>
    public sealed record Purged(TaskState? Was) : PurgeOutcome;

    /// <summary>There is no such task, or not any more.</summary>
    public sealed record NotFound : PurgeOutcome;

    /// <summary>It must not be removed; nothing was.</summary>
    public sealed record Kept(PurgeObstacle Obstacle, TaskRecord Task) : PurgeOutcome;
}

/// <summary>
/// Removes tasks with all that there is of them: the orchestration's instance first, as nobody would look for it later, then the rows. Safe to repeat.
/// </summary>
public sealed class TaskPurger(ITaskStore store, FollowUpRunner followUps, OrchestrationStarter orchestrations, TimeProvider time)
{
    /// <summary>How long an orchestration is waited for that has not yet taken note of its task's end.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private const int AtOnce = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Removes a task that is over. Those that wait for its end are told before, if they have not been.</summary>
    public async Task<PurgeOutcome> PurgeAsync(DurableTaskClient client, TaskId id, CancellationToken cancellationToken)
    {
        var task = (await store.GetAsync(id, cancellationToken))?.Record;
        if (task is not null)
        {
            if (PurgeObstacles.Find(task) is { } obstacle and not PurgeObstacle.OthersWait)
                return new PurgeOutcome.Kept(obstacle, task);
            if (task.HasDependents && task.Unstarted)
                await followUps.TellDependentsAsync(client, task, cancellationToken);
            await EndInstanceAsync(client, id, cancellationToken);
        }

        switch (await store.DeleteAsync(id, cancellationToken))
        {
            case DeleteOutcome.NotFinished notFinished:
                return new PurgeOutcome.Kept(PurgeObstacle.NotOver, notFinished.Task);
            case DeleteOutcome.NotFound:
                await orchestrations.PurgeAsync(client, id);
                return new PurgeOutcome.NotFound();
            default:
                // Whoever read the task before may have started it anew.
                await orchestrations.PurgeAsync(client, id);
                return new PurgeOutcome.Purged(task?.State);
        }
    }

    /// <summary>
    /// Removes the instances of tasks that are over; answers those tasks of which none is left. One that cannot be removed does not keep the others: it is
    /// logged, and tried again when its task is the next time.
    /// </summary>
    public async Task<IReadOnlyList<TaskRecord>> EndInstancesAsync(DurableTaskClient client, IReadOnlyList<TaskRecord> tasks, CancellationToken cancellationToken)
    {
        var ended = new ConcurrentBag<TaskRecord>();
        await Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (task, token) =>
        {
            try
            {
                if (await TryEndInstanceAsync(client, task.Id, token))
                    ended.Add(task);
            }
            catch (Exception exception) when (exception is not StorageUnavailableException && !token.IsCancellationRequested)
            {
                orchestrations.NotPurged(exception, task.Id);
            }
        });
        return [.. ended.OrderBy(task => task.Id)];
    }

    /// <summary>Waits for an orchestration that is just ending. One that does not end finds no task, and ends then.</summary>
    private async Task EndInstanceAsync(DurableTaskClient client, TaskId id, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            while (!await TryEndInstanceAsync(client, id, cancellationToken) && time.GetElapsedTime(began) < EndLimit)
                await Task.Delay(Pause, time, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            orchestrations.NotPurged(exception, id);
        }
    }

    /// <summary>Removes a task's instance; false when it still runs: then it is told to look at its task.</summary>
    private async Task<bool> TryEndInstanceAsync(DurableTaskClient client, TaskId id, CancellationToken cancellationToken)
    {
        if ((await client.PurgeInstanceAsync(id.ToString(), options: null, cancellationToken)).PurgedInstanceCount > 0)
            return true;
        if (await client.GetInstanceAsync(id.ToString(), getInputsAndOutputs: false, cancellationToken) is not { } instance)
            return true;
        if (!instance.IsCompleted)
            await orchestrations.NotifyAsync(client, id);
        return false;
    }
}
