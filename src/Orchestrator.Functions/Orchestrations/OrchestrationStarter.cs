using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Availability;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Orchestrations;

/// <summary>What starting an orchestration came to.</summary>
public enum StartOutcome
{
    /// <summary>There is one now that was not there before.</summary>
    Started,

    /// <summary>One was running already.</summary>
    Exists,

    /// <summary>It could not be started; that is logged.</summary>
    Failed,
}

/// <summary>Starts the orchestrations of tasks, and tells them of changes.</summary>
public sealed partial class OrchestrationStarter(IStorageAvailability storage, TimeProvider time, ILogger<OrchestrationStarter> logger)
{
    /// <summary>How long a start may take while storage is there. Whoever waits has a stored task already, and the sweep repeats the start.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Has a task looked at: wakes its orchestration, or starts another one when it has ended.</summary>
    /// <returns>Whether one was told, started, or could not be reached. A failure is logged, not thrown.</returns>
    public async Task<StartOutcome> WakeAsync(DurableTaskClient client, TaskId task)
    {
        var outcome = await TryStartAsync(client, task);
        return outcome == StartOutcome.Exists && !await NotifyAsync(client, task) ? StartOutcome.Failed : outcome;
    }

    /// <summary>Whether the orchestration of a task runs; false when it has ended, or there is none, or it cannot be told.</summary>
    public async Task<bool> RunsAsync(DurableTaskClient client, TaskId task)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, storage.Away);
        return await RunsAsync(client, task.ToString(), limit.Token);
    }

    /// <summary>Wakes the orchestration of a task that somebody else has changed. Best effort: it wakes by itself some time.</summary>
    /// <returns>Whether it was told. A failure is logged, not thrown.</returns>
    public async Task<bool> NotifyAsync(DurableTaskClient client, TaskId task)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, storage.Away);
        try
        {
            await client.RaiseEventAsync(task.ToString(), TaskOrchestrator.ChangedEvent, "", limit.Token);
            return true;
        }
        catch (Exception exception)
        {
            LogNotNotified(exception, task.ToString());
            return false;
        }
    }

    /// <summary>Removes what the platform keeps of a task's orchestration. Best effort: it says nothing that the task did not.</summary>
    public async Task PurgeAsync(DurableTaskClient client, TaskId task)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, storage.Away);
        try
        {
            await client.PurgeInstanceAsync(task.ToString(), options: null, limit.Token);
        }
        catch (Exception exception)
        {
            LogNotPurged(exception, task.ToString());
        }
    }

    /// <summary>Says that what the platform keeps of a task's orchestration is still there.</summary>
    internal void NotPurged(Exception exception, TaskId task) => LogNotPurged(exception, task.ToString());

    /// <summary>Starts the orchestration of a task, unless one runs. One that has ended is replaced: it finds the task as it is, and does no harm.</summary>
    /// <returns>Whether there is one now. A failure is logged, not thrown.</returns>
    public async Task<StartOutcome> TryStartAsync(DurableTaskClient client, TaskId task)
    {
        // Not the caller's token: that somebody hangs up does not make the task unwanted.
        using var late = new CancellationTokenSource(Limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, storage.Away);
        var id = task.ToString();
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(TaskOrchestrator), new TaskRun(Attempt: 1), new StartOrchestrationOptions(id), limit.Token);
            return StartOutcome.Started;
        }
        catch (Exception exception)
        {
            // What a refusal because of a running instance is thrown as differs between back ends, so we look.
            if (await RunsAsync(client, id, limit.Token))
            {
                LogExists(id);
                return StartOutcome.Exists;
            }

            LogNotStarted(exception, id);
            return StartOutcome.Failed;
        }
    }

    private static async Task<bool> RunsAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellationToken) is { IsCompleted: false };
        }
        catch (Exception)
        {
            // The first exception tells more.
            return false;
        }
    }
}
