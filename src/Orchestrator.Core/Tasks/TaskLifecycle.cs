using System.Buffers.Binary;
using Orchestrator.Errors;

namespace Orchestrator.Tasks;

/// <summary>What was decided about a task.</summary>
/// <param name="Decision">The decision; a change in it is written.</param>
/// <param name="Task">The task as it stands now.</param>
public sealed record TaskResult<TDecision>(TDecision Decision, StoredTask Task);

/// <summary>
/// Takes decisions about stored tasks and writes them: reads, decides, writes under the version read, and starts again
/// when somebody else was faster. Safe to call from many threads and processes. Each method answers null when there is no such task.
/// </summary>
public sealed class TaskLifecycle
{
    /// <summary>
    /// How long after a change its orchestration is woken in any case; usually whoever made the change has done so long before. The wake is
    /// written first, so that a crash in between leaves a wake too many, not one too few.
    /// </summary>
    public static readonly TimeSpan WakeMargin = TimeSpan.FromSeconds(30);

    private const int Tries = 20;

    private readonly ITaskStore _store;
    private readonly ITaskWakes _wakes;
    private readonly TaskSignals _signals;
    private readonly IRandomSource _random;
    private readonly TimeProvider _time;
    private readonly ITaskObserver? _observer;

    /// <summary>Creates the lifecycle of the tasks in <paramref name="store"/>.</summary>
    /// <param name="signals">Is told of every change written here.</param>
    /// <param name="observer">The same; null: nobody counts.</param>
    public TaskLifecycle(ITaskStore store, ITaskWakes wakes, TaskSignals signals, IRandomSource random, TimeProvider time, ITaskObserver? observer = null)
    {
        _store = store;
        _wakes = wakes;
        _signals = signals;
        _random = random;
        _time = time;
        _observer = observer;
    }

    /// <summary>Asks for an attempt. On the plain path this is one write and no read.</summary>
    public async Task<TaskResult<ClaimDecision>?> ClaimAsync(TaskId id, AttemptClaim claim, CancellationToken cancellationToken) =>
        await DecideAsync(
            id,
            await _store.GetRecentAsync(id, cancellationToken),
            task => TaskDecisions.Claim(task.Record, claim with { Chance = Chance() }, task.Age, _time.GetUtcNow()),
            ChangeOf,
            cancellationToken);

    /// <summary>Writes the outcome of an attempt that has nothing left to say.</summary>
    /// <param name="current">The task as the claim, or the last renewal, left it.</param>
    public Task<TaskResult<CompletionDecision>> CompleteAsync(StoredTask current, AttemptLease lease, AttemptOutcome outcome, CancellationToken cancellationToken) =>
        CompleteAsync(current, lease, outcome, log: null, cancellationToken);

    /// <summary>Writes the outcome of an attempt.</summary>
    /// <param name="current">The task as the claim, or the last renewal, left it.</param>
    /// <param name="log">What the attempt has said last; written with the outcome.</param>
    public async Task<TaskResult<CompletionDecision>> CompleteAsync(
        StoredTask current, AttemptLease lease, AttemptOutcome outcome, AttemptLog? log, CancellationToken cancellationToken) =>
        await DecideAsync(
            current.Record.Id,
            current,
            task => TaskDecisions.Complete(task.Record, lease, outcome, _time.GetUtcNow(), Chance()),
            decision => ChangeOf(decision) is { } change ? change with { Log = log } : null,
            cancellationToken)
        ?? new TaskResult<CompletionDecision>(new CompletionDecision.Stale(current.Record), current);

    /// <summary>Extends a lease; null also when it is not current any more: then the work is somebody else's, or over.</summary>
    /// <param name="current">The task as the claim, or the last renewal, left it.</param>
    public async Task<StoredTask?> RenewAsync(StoredTask current, AttemptLease lease, CancellationToken cancellationToken)
    {
        var result = await DecideAsync(current.Record.Id, current, task => TaskDecisions.Renew(task.Record, lease), change => change, cancellationToken);
        return result?.Decision is null ? null : result.Task;
    }

    /// <summary>Cancels a task, or asks its agent to stop.</summary>
    public Task<TaskResult<CancelDecision>?> CancelAsync(TaskId id, CancellationToken cancellationToken) =>
        DecideAsync(id, first: null, task => TaskDecisions.Cancel(task.Record, _time.GetUtcNow()), ChangeOf, cancellationToken);

    /// <summary>Holds a task back.</summary>
    public Task<TaskResult<PauseDecision>?> PauseAsync(TaskId id, CancellationToken cancellationToken) =>
        DecideAsync(id, first: null, task => TaskDecisions.Pause(task.Record, _time.GetUtcNow()), ChangeOf, cancellationToken);

    /// <summary>Lets a task go on.</summary>
    public Task<TaskResult<ResumeDecision>?> ResumeAsync(TaskId id, CancellationToken cancellationToken) =>
        DecideAsync(id, first: null, task => TaskDecisions.Resume(task.Record, _time.GetUtcNow()), ChangeOf, cancellationToken);

    /// <summary>Ends a task with an error unless it is over.</summary>
    public Task<StoredTask?> AbandonAsync(TaskId id, TaskError error, CancellationToken cancellationToken) =>
        ChangeAsync(id, task => TaskDecisions.Abandon(task, error, _time.GetUtcNow()), cancellationToken);

    /// <summary>Tells a task that one it depends on is over, or gone.</summary>
    public Task<StoredTask?> EndDependencyAsync(TaskId id, TaskId predecessor, TaskState? state, CancellationToken cancellationToken) =>
        ChangeAsync(id, task => TaskDecisions.DependencyEnded(task, predecessor, state, _time.GetUtcNow()), cancellationToken);

    /// <summary>Writes that what was to be done after a task's end is done.</summary>
    public Task<StoredTask?> EndFollowUpsAsync(TaskId id, CallbackState? callback, CancellationToken cancellationToken) =>
        ChangeAsync(id, task => TaskDecisions.FollowUpsDone(task, callback, _time.GetUtcNow()), cancellationToken);

    /// <summary>Writes that the callback of a task's end has arrived after all.</summary>
    public Task<StoredTask?> EndCallbackAsync(TaskId id, CancellationToken cancellationToken) =>
        ChangeAsync(id, task => TaskDecisions.CallbackArrived(task, _time.GetUtcNow()), cancellationToken);

    /// <summary>Sees to it that no attempt begins any more with slots that were given for a lease epoch. Whether one has begun before, the answer's lease says.</summary>
    public Task<StoredTask?> BurnTicketAsync(TaskId id, long ticket, CancellationToken cancellationToken) =>
        ChangeAsync(id, task => TaskDecisions.BurnTicket(task, ticket), cancellationToken);

    /// <summary>Puts a task back whose attempt nobody works on any more.</summary>
    public async Task<StoredTask?> PutBackAsync(TaskId id, CancellationToken cancellationToken) =>
        (await DecideAsync(
            id, first: null, task => task.Age is { } age ? TaskDecisions.PutBack(task.Record, age, _time.GetUtcNow()) : null, change => change, cancellationToken))?.Task;

    /// <summary>Writes that a task's orchestration need not be started, if the task is as it was read; false when it has changed since.</summary>
    public async Task<bool> TryMarkStartedAsync(StoredTask current, CancellationToken cancellationToken) =>
        TaskDecisions.MarkStarted(current.Record) is not { } change || await _store.ApplyAsync(current, change, cancellationToken) is ApplyOutcome.Applied;

    /// <summary>Writes that a task's orchestration has been started.</summary>
    public Task<StoredTask?> MarkStartedAsync(TaskId id, CancellationToken cancellationToken) =>
        ChangeAsync(id, TaskDecisions.MarkStarted, cancellationToken);

    /// <summary>Writes that a blocked task is tied to those it waits for. One that has gone on meanwhile keeps its mark: somebody has yet to wake it.</summary>
    public Task<StoredTask?> MarkTiedAsync(TaskId id, CancellationToken cancellationToken) =>
        ChangeAsync(id, TaskDecisions.MarkTied, cancellationToken);

    /// <summary>Decides about a task until the decision is written; null when there is no such task.</summary>
    /// <param name="decide">The change; null: nothing is to be written.</param>
    private async Task<StoredTask?> ChangeAsync(TaskId id, Func<TaskRecord, TaskChange?> decide, CancellationToken cancellationToken) =>
        (await DecideAsync(id, first: null, task => decide(task.Record), change => change, cancellationToken))?.Task;

    /// <summary>Decides about a task until the decision is written; null when there is no such task.</summary>
    /// <param name="first">The task to begin with; null: as it is in storage.</param>
    private async Task<TaskResult<TDecision>?> DecideAsync<TDecision>(
        TaskId id, StoredTask? first, Func<StoredTask, TDecision> decide, Func<TDecision, TaskChange?> changeOf, CancellationToken cancellationToken)
    {
        var current = first ?? await _store.GetAsync(id, cancellationToken);
        for (var i = 0; i < Tries && current is not null; i++)
        {
            var decision = decide(current);
            var change = changeOf(decision);

            // What this process remembers is good enough to try a write on, not to turn anybody away by.
            if (change is null && current.Age is not null)
                return new TaskResult<TDecision>(decision, current);

            // One marked from its submission is over when nobody may have started it, and what starts tasks looks only at those that are not over.
            if (change is { Before: { } before, After: { Unstarted: true } after } && (!before.Unstarted || (after.State.IsTerminal() && !before.State.IsTerminal())))
                await _wakes.AddAsync(id, _time.GetUtcNow() + WakeMargin, cancellationToken);
            if (change is not null && await _store.ApplyAsync(current, change, cancellationToken) is ApplyOutcome.Applied applied)
            {
                _signals.Publish(applied.Task.Record);
                _observer?.Written(change);
                return new TaskResult<TDecision>(decision, applied.Task);
            }

            current = await _store.GetAsync(id, cancellationToken);
        }

        return current is null ? null : throw new TaskContendedException(id, Tries);
    }

    private double Chance()
    {
        Span<byte> bytes = stackalloc byte[4];
        _random.Fill(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) / (double)uint.MaxValue;
    }

    private static TaskChange? ChangeOf(ClaimDecision decision) => decision switch
    {
        ClaimDecision.Claimed claimed => claimed.Change,
        ClaimDecision.Ended ended => ended.Change,
        ClaimDecision.GaveUp gaveUp => gaveUp.Change,
        ClaimDecision.NeedsSlot needs => needs.Change,
        _ => null,
    };

    private static TaskChange? ChangeOf(CompletionDecision decision) => decision switch
    {
        CompletionDecision.Over over => over.Change,
        CompletionDecision.Retry retry => retry.Change,
        CompletionDecision.Waiting waiting => waiting.Change,
        _ => null,
    };

    private static TaskChange? ChangeOf(CancelDecision decision) => decision switch
    {
        CancelDecision.Cancelled cancelled => cancelled.Change,
        CancelDecision.Requested requested => requested.Change,
        _ => null,
    };

    private static TaskChange? ChangeOf(PauseDecision decision) => decision switch
    {
        PauseDecision.Paused paused => paused.Change,
        PauseDecision.Requested requested => requested.Change,
        _ => null,
    };

    private static TaskChange? ChangeOf(ResumeDecision decision) => (decision as ResumeDecision.Resumed)?.Change;
}
