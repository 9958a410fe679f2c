using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Submissions;

/// <summary>
/// Sets stored tasks going. Safe to repeat at every point: what is not known to be done is done again, by the sweep if need be, and the task row
/// decides what it means.
/// </summary>
public sealed partial class TaskStarter(ITaskEdges edges, TaskLifecycle lifecycle, OrchestrationStarter orchestrations, ILogger<TaskStarter> logger)
{
    /// <summary>The same as <see cref="StartAsync"/> for a task that has just been accepted: what cannot be done now is done by the sweep.</summary>
    public async Task<TaskRecord> TryStartAsync(DurableTaskClient client, TaskRecord task, CancellationToken cancellationToken)
    {
        try
        {
            return await StartAsync(client, task, cancellationToken);
        }
        catch (OrchestratorException exception)
        {
            LogNotStarted(exception, task.Id);
            return task;
        }
    }

    /// <summary>Ties a blocked task to those it waits for; starts, or wakes, the orchestration of any other.</summary>
    /// <returns>The task as it is then known.</returns>
    public async Task<TaskRecord> StartAsync(DurableTaskClient client, TaskRecord task, CancellationToken cancellationToken) =>
        (await SetGoingAsync(client, task, cancellationToken)).Task;

    /// <summary>The same as <see cref="StartAsync"/>.</summary>
    /// <returns>The task as it is then known, and whether this has set it going: tied it, started its orchestration, or told that of it.</returns>
    public async Task<(TaskRecord Task, bool IsSetGoing)> SetGoingAsync(DurableTaskClient client, TaskRecord task, CancellationToken cancellationToken)
    {
        // Also one that is held back: once it goes on, nobody ties it any more.
        if (task.WaitingFor.Count > 0)
            task = await TieAsync(task, cancellationToken);
        if (task.State == TaskState.Blocked && task.TimeIsUpAt is null)
            task = (await lifecycle.MarkTiedAsync(task.Id, cancellationToken))?.Record ?? task;
        if (task.State == TaskState.Blocked && task.TimeIsUpAt is null)
            return (task, !task.Unstarted);
        if (task.State.IsTerminal() && !task.HasFollowUps)
            return (task, false);

        // Only a task to which nothing has happened yet can have no orchestration that is just about to end.
        return task.LastEvent == 1
            ? (task, await orchestrations.TryStartAsync(client, task.Id) == StartOutcome.Started)
            : (task, await orchestrations.WakeAsync(client, task.Id) != StartOutcome.Failed);
    }

    /// <summary>For the sweep: the same, and takes the task off its list once that is sure.</summary>
    /// <returns>Whether it is off the list, or will be.</returns>
    public async Task<bool> SweepAsync(DurableTaskClient client, TaskRecord task, CancellationToken cancellationToken)
    {
        if (task.LastEvent > 1 || task.State == TaskState.Blocked)
        {
            await StartAsync(client, task, cancellationToken);
            return true;
        }

        // Off the list only once there is an orchestration, so that a crash in between costs a second start and nothing else.
        if (await orchestrations.TryStartAsync(client, task.Id) == StartOutcome.Failed)
            return false;

        await lifecycle.MarkStartedAsync(task.Id, cancellationToken);
        return true;
    }

    /// <summary>From here on the end of each predecessor is told to the task; those over already are told now.</summary>
    private async Task<TaskRecord> TieAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        foreach (var predecessor in task.WaitingFor)
        {
            var outcome = await edges.AddAsync(predecessor, task.Id, cancellationToken);
            if (outcome is EdgeOutcome.Added)
                continue;

            var state = (outcome as EdgeOutcome.PredecessorOver)?.State;
            task = (await lifecycle.EndDependencyAsync(task.Id, predecessor, state, cancellationToken))?.Record ?? task;
            if (task.WaitingFor.Count == 0)
                return task;
        }

        return task;
    }

    [LoggerMessage(4630, LogLevel.Warning, "Task {TaskId} is stored and could not be set going now; the sweep will do it.")]
    private partial void LogNotStarted(Exception exception, TaskId taskId);
}
