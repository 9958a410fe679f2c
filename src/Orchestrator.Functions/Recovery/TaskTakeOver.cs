using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Limits;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Submissions;
using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Recovery;

/// <summary>
/// Takes up on this task hub what was driven on another. Remembers, while the change of hub is recent, what of the tasks this hub has been told of, so that a
/// process tells it once of each.
/// </summary>
public sealed class TaskTakeOver(TaskHubChange hub, LimiterKeeper limiters, TaskStarter starter, OrchestrationStarter orchestrations)
{
    /// <summary>When a task had last been changed as this hub was told of it.</summary>
    private readonly ConcurrentDictionary<TaskId, DateTimeOffset> _told = new();

    /// <summary>The lease of a task whose slots the limiters of this hub have been told of.</summary>
    private readonly ConcurrentDictionary<TaskId, long> _kept = new();

    /// <summary>When the app came to this hub; null when that is long ago, or nobody knows of another.</summary>
    public async Task<DateTimeOffset?> FindChangeAsync(CancellationToken cancellationToken)
    {
        var since = await hub.FindAsync(cancellationToken);
        if (since is null)
        {
            _told.Clear();
            _kept.Clear();
        }

        return since;
    }

    /// <summary>Whether a task was left behind on another hub, and this one has not been told of it.</summary>
    /// <param name="shown">The task, or what the index by state shows of it.</param>
    /// <param name="since">What <see cref="FindChangeAsync"/> says.</param>
    public bool IsLeft(TaskRecord shown, DateTimeOffset? since) => RecoveryDecisions.IsLeftBehind(shown, since) && !IsTold(shown);

    /// <summary>
    /// Has the slots of a task's attempt kept from others, while the change of hub is recent: they may have been given out by a limiter of the other hub, which another
    /// release that lives on for a while goes on asking.
    /// </summary>
    /// <param name="since">What <see cref="FindChangeAsync"/> says.</param>
    public async Task KeepSlotsAsync(DurableTaskClient client, TaskRecord task, DateTimeOffset? since, CancellationToken cancellationToken)
    {
        if (since is null || task is not { Lease: { } lease, Slots.Count: > 0 } || (_kept.TryGetValue(task.Id, out var epoch) && epoch == lease.Epoch))
            return;

        await limiters.AdoptAsync(client, task, cancellationToken);
        _kept[task.Id] = lease.Epoch;
    }

    /// <summary>Has a task that was left behind looked at on this hub, if somebody slept or worked for it.</summary>
    /// <returns>Whether it had no orchestration here, and has one now.</returns>
    /// <exception cref="InvalidOperationException">It could not be reached.</exception>
    public async Task<bool> RunAsync(DurableTaskClient client, TaskRecord task, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var isStarted = RecoveryDecisions.MustBeTakenOver(task, now) && await WakeAsync(client, task, cancellationToken);
        _told[task.Id] = task.UpdatedAt;
        return isStarted;
    }

    /// <summary>
    /// Sees to it that a task has an orchestration that runs. One that is there may be left from an earlier stay on this hub, and sleep for what is good no more because
    /// another release has seen to the task since. So it is woken, while the change of hub is recent, once for each change of the task.
    /// </summary>
    /// <param name="since">What <see cref="FindChangeAsync"/> says.</param>
    /// <returns>Whether it had none, and has one now.</returns>
    public async Task<bool> EnsureAsync(DurableTaskClient client, TaskRecord task, DateTimeOffset? since)
    {
        if (since is null || IsTold(task))
            return !await orchestrations.RunsAsync(client, task.Id) && await orchestrations.TryStartAsync(client, task.Id) == StartOutcome.Started;

        var outcome = await orchestrations.WakeAsync(client, task.Id);
        if (outcome != StartOutcome.Failed)
            _told[task.Id] = task.UpdatedAt;
        return outcome == StartOutcome.Started;
    }

    private bool IsTold(TaskRecord task) => _told.TryGetValue(task.Id, out var updatedAt) && updatedAt == task.UpdatedAt;

    private async Task<bool> WakeAsync(DurableTaskClient client, TaskRecord task, CancellationToken cancellationToken)
    {
        var outcome = task is { Unstarted: true, WaitingFor.Count: > 0 }
            ? (await starter.SetGoingAsync(client, task, cancellationToken)).IsSetGoing ? StartOutcome.Exists : StartOutcome.Failed
            : await orchestrations.WakeAsync(client, task.Id);
        return outcome == StartOutcome.Failed ? throw new InvalidOperationException($"The orchestration of task {task.Id} could not be reached.") : outcome == StartOutcome.Started;
    }
}
