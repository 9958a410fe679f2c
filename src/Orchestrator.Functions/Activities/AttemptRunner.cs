using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agents;
using Orchestrator.Errors;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.Logging;
using Orchestrator.Limits;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// Makes attempts: claims one, has the agent do it, writes the outcome. Safe to be asked for the same attempt twice, also at the
/// same time: one works, the other waits and answers with what came of it.
/// </summary>
public sealed partial class AttemptRunner
{
    private static readonly TimeSpan HeldPoll = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Another process is waited for by the orchestration, once the lease may have run out: there may be as many of its attempts as it has places, as when a new
    /// release takes up what the one before still works on, and here they would take the places of all others.
    /// </summary>
    private static readonly TimeSpan ForeignWait = TimeSpan.FromSeconds(5);

    private readonly TaskLifecycle _lifecycle;
    private readonly ITaskStore _store;
    private readonly IAttemptStore _attempts;
    private readonly AgentCatalog _catalog;
    private readonly ITaskTypeCatalog _types;
    private readonly AttemptInvoker _invoker;
    private readonly AttemptWaits _waits;
    private readonly AttemptSlots _slots;
    private readonly AttemptHolders _holders;
    private readonly AgentCounters _counters;
    private readonly TimeProvider _time;
    private readonly IOptionsMonitor<AttemptOptions> _options;
    private readonly ILogger<AttemptRunner> _logger;

    /// <summary>Creates the runner.</summary>
    public AttemptRunner(
        TaskLifecycle lifecycle,
        ITaskStore store,
        IAttemptStore attempts,
        AgentCatalog catalog,
        ITaskTypeCatalog types,
        AttemptInvoker invoker,
        AttemptWaits waits,
        AttemptSlots slots,
        AttemptHolders holders,
        AgentCounters counters,
        TimeProvider time,
        IOptionsMonitor<AttemptOptions> options,
        ILogger<AttemptRunner> logger)
    {
        _lifecycle = lifecycle;
        _store = store;
        _attempts = attempts;
        _catalog = catalog;
        _types = types;
        _invoker = invoker;
        _waits = waits;
        _slots = slots;
        _holders = holders;
        _counters = counters;
        _time = time;
        _options = options;
        _logger = logger;
    }

    /// <summary>Makes the attempt, or finds out what has come of it.</summary>
    /// <exception cref="OrchestratorException">Storage does not work. Ask again.</exception>
    /// <exception cref="OperationCanceledException">The process ends before the attempt has.</exception>
    public async Task<AttemptStep> RunAsync(AttemptRequest request, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(request.TaskId);
        using var scope = AttemptScope(_logger, request.TaskId, request.Attempt);
        if (await _store.GetRecentAsync(id, cancellationToken) is not { } task)
        {
            LogNoTask();
            return AttemptStep.Over(request.Attempt);
        }

        var needs = task.Record.State.IsTerminal() ? [] : await _slots.FindNeedsAsync(task.Record, cancellationToken);
        var step = await TryAsync(task.Record, request, needs, cancellationToken);
        return needs.Count > 0 || task.Record.Slots.Count > 0 || request.Slots is { Count: > 0 }
            ? step with { Return = await _slots.FindReturnAsync(id, request, step, cancellationToken) }
            : step;
    }

    private async Task<AttemptStep> TryAsync(TaskRecord task, AttemptRequest request, IReadOnlyList<SlotNeed> needs, CancellationToken cancellationToken)
    {
        var type = await _types.GetPinnedAsync(task.Type, task.TypeVersion, cancellationToken);
        if (!_catalog.TryGetAgent(type?.Capability ?? task.Type, out var agent) && !task.State.IsTerminal())
            return await AbandonAsync(task, request.Attempt, cancellationToken);

        using var scope = _logger.BeginScope(new LogScope(("Agent", agent?.Name), ("Run", task.Parent), ("Correlation", task.Correlation)));
        using var holder = _holders.Begin(task.Id);
        var claim = new AttemptClaim(request.Attempt, holder.Name, agent?.Name ?? "", _options.CurrentValue.LeaseDuration)
        {
            HolderHasEnded = _holders.HasEnded,
            SilentFor = await SilentForAsync(task, cancellationToken),
            NeededSlots = [.. needs.Select(need => need.Limiter)],
            HeldSlots = request.Slots ?? [],
            Ticket = request.Ticket,
        };
        return await ClaimAsync(task.Id, claim, needs, agent!, holder, cancellationToken);
    }

    private async Task<AttemptStep> ClaimAsync(
        TaskId id, AttemptClaim claim, IReadOnlyList<SlotNeed> needs, AgentRegistration agent, AttemptHolder holder, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var result = await _lifecycle.ClaimAsync(id, claim, cancellationToken);
            switch (result?.Decision)
            {
                case ClaimDecision.Claimed { Lease: var lease }:
                    return await WorkAsync(result.Task, lease, agent, holder, cancellationToken);
                case ClaimDecision.GaveUp gaveUp:
                    return await _waits.UntilAsync(result.Task, gaveUp.NextAttempt, gaveUp.DueAt, cancellationToken);
                case ClaimDecision.AttemptOver over:
                    return await _waits.UntilAsync(result.Task, over.NextAttempt, over.DueAt, cancellationToken);
                case ClaimDecision.NotDue early:
                    return await _waits.UntilAsync(result.Task, claim.Number, early.DueAt, cancellationToken);
                case ClaimDecision.NeedsSlot needed:
                    return await _slots.AskForAsync(result.Task, claim.Number, needed, needs.First(need => need.Limiter == needed.Limiter), cancellationToken);
                case ClaimDecision.NotReady notReady:
                    return await _waits.UntilAsync(result.Task, claim.Number, notReady.WakeAt, cancellationToken);
                case ClaimDecision.Held held when _time.GetElapsedTime(began) >= WaitFor(held.Lease):
                    return AttemptStep.Again(claim.Number, _time.GetUtcNow() + held.Remaining);
                case ClaimDecision.Held held:
                    LogHeld(held.Lease.Holder);
                    await Task.Delay(held.Remaining < HeldPoll ? held.Remaining : HeldPoll, _time, cancellationToken);
                    break;
                default:
                    return AfterEnd(result?.Task.Record, claim.Number);
            }
        }
    }

    private TimeSpan WaitFor(AttemptLease lease) =>
        _options.CurrentValue.HeldWait is var wait && (wait < ForeignWait || _holders.IsOurs(lease.Holder)) ? wait : ForeignWait;

    private async Task<AttemptStep> WorkAsync(StoredTask claimed, AttemptLease lease, AgentRegistration agent, AttemptHolder holder, CancellationToken cancellationToken)
    {
        _counters.Add(agent.Name, AgentCount.Started);
        LogStarted(agent.Name, lease.Epoch);
        var keeper = new LeaseKeeper(_lifecycle, claimed, lease, holder, _time, _logger);
        AttemptEnd end;
        TaskResult<CompletionDecision> result;

        // Until the outcome is written: another delivery must not begin anew what is done.
        await using (keeper)
        {
            end = await _invoker.InvokeAsync(claimed.Record, lease, agent, holder, cancellationToken);
            result = await WriteAsync(keeper, lease, end, cancellationToken);
        }

        _counters.Add(agent.Name, CountOf(end.Outcome));
        LogEnded(end.Outcome.GetType().Name, result.Task.Record.State);
        return result.Decision switch
        {
            CompletionDecision.Retry retry => await _waits.UntilAsync(result.Task, retry.NextAttempt, retry.DueAt, cancellationToken),
            CompletionDecision.Waiting waiting => await _waits.UntilAsync(result.Task, lease.Number, waiting.WakeAt, cancellationToken),

            // Somebody else has the task now; asking anew finds out what came of it.
            CompletionDecision.Stale { Task.State: var state } when !state.IsTerminal() => AttemptStep.Again(lease.Number, _time.GetUtcNow()),
            _ => AfterEnd(result.Task.Record, lease.Number),
        };
    }

    /// <summary>The work is done and must not be lost to a storage that is away for a moment.</summary>
    private async Task<TaskResult<CompletionDecision>> WriteAsync(LeaseKeeper keeper, AttemptLease lease, AttemptEnd end, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var delay = TimeSpan.FromMilliseconds(500); ; delay = delay < TimeSpan.FromSeconds(8) ? delay * 2 : delay)
        {
            try
            {
                return await _lifecycle.CompleteAsync(keeper.Task, lease, end.Outcome, end.Log, cancellationToken);
            }
            catch (OrchestratorException exception) when (exception.IsRetryable && _time.GetElapsedTime(began) + delay <= _options.CurrentValue.OutcomeWait)
            {
                LogNotWritten(exception, delay);
                await Task.Delay(delay, _time, cancellationToken);
            }
        }
    }

    private async Task<TimeSpan?> SilentForAsync(TaskRecord task, CancellationToken cancellationToken)
    {
        if (task.HeartbeatTimeout is null || task.Attempt == 0)
            return null;

        // What this process remembers may be of another lease.
        return await _attempts.SilentForAsync(await _store.GetAsync(task.Id, cancellationToken), cancellationToken);
    }

    private async Task<AttemptStep> AbandonAsync(TaskRecord task, int attempt, CancellationToken cancellationToken)
    {
        var error = new TaskError("no_agent", $"No agent is registered here for task type '{task.Type}'. Register one and submit the task again.");
        var abandoned = await _lifecycle.AbandonAsync(task.Id, error, cancellationToken);
        return AfterEnd(abandoned?.Record, attempt);
    }

    private static AttemptStep AfterEnd(TaskRecord? task, int attempt) =>
        task is { Unstarted: true } ? AttemptStep.FollowUp(attempt) : AttemptStep.Over(attempt);

    private static AgentCount CountOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded or AttemptOutcome.Deferred or AttemptOutcome.Pending => AgentCount.Succeeded,
        AttemptOutcome.Stopped => AgentCount.Cancelled,
        _ => AgentCount.Failed,
    };
}
