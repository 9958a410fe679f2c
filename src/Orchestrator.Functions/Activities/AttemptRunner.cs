using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agents;
using Orchestrator.Agents.Code;
using Orchestrator.Errors;
using Orchestrator.Functions.Entities;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// Makes attempts: claims one, has the agent do it, writes the outcome. Safe to be asked for the same attempt twice, also at the
/// same time: one works, the other waits and answers with what came of it.
/// </summary>
public sealed partial class AttemptRunner
{
    private static readonly TimeSpan HeldPoll = TimeSpan.FromMilliseconds(500);

    private readonly TaskLifecycle _lifecycle;
    private readonly ITaskStore _store;
    private readonly AgentCatalog _catalog;
    private readonly CodeAgentInvoker _invoker;
    private readonly AttemptHolders _holders;
    private readonly AgentCounters _counters;
    private readonly TimeProvider _time;
    private readonly AttemptOptions _options;
    private readonly ILogger<AttemptRunner> _logger;

    /// <summary>Creates the runner.</summary>
    public AttemptRunner(
        TaskLifecycle lifecycle,
        ITaskStore store,
        AgentCatalog catalog,
        CodeAgentInvoker invoker,
        AttemptHolders holders,
        AgentCounters counters,
        TimeProvider time,
        IOptions<AttemptOptions> options,
        ILogger<AttemptRunner> logger)
    {
        _lifecycle = lifecycle;
        _store = store;
        _catalog = catalog;
        _invoker = invoker;
        _holders = holders;
        _counters = counters;
        _time = time;
        _options = options.Value;
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

        if (!_catalog.TryGetAgent(task.Record.Type, out var agent))
            return await AbandonAsync(task.Record, request.Attempt, cancellationToken);

        using var holder = _holders.Begin(id);
        var claim = new AttemptClaim(request.Attempt, holder.Name, agent.Name, _options.LeaseDuration) { HolderHasEnded = _holders.HasEnded };
        return await ClaimAsync(id, claim, agent, holder, cancellationToken);
    }

    private async Task<AttemptStep> ClaimAsync(TaskId id, AttemptClaim claim, AgentRegistration agent, AttemptHolder holder, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            var result = await _lifecycle.ClaimAsync(id, claim, cancellationToken);
            switch (result?.Decision)
            {
                case ClaimDecision.Claimed { Lease: var lease }:
                    return await WorkAsync(result.Task, lease, agent, holder, cancellationToken);
                case ClaimDecision.AttemptOver over:
                    return AttemptStep.Again(over.NextAttempt, over.DueAt);
                case ClaimDecision.NotDue early:
                    return AttemptStep.Again(claim.Number, early.DueAt);
                case ClaimDecision.NotReady:
                    return AttemptStep.Pending(claim.Number);
                case ClaimDecision.Held held when _time.GetElapsedTime(began) >= _options.HeldWait:
                    return AttemptStep.Again(claim.Number, _time.GetUtcNow() + held.Remaining);
                case ClaimDecision.Held held:
                    LogHeld(held.Lease.Holder);
                    await Task.Delay(held.Remaining < HeldPoll ? held.Remaining : HeldPoll, _time, cancellationToken);
                    break;
                default:
                    return AttemptStep.Over(claim.Number);
            }
        }
    }

    private async Task<AttemptStep> WorkAsync(StoredTask claimed, AttemptLease lease, AgentRegistration agent, AttemptHolder holder, CancellationToken cancellationToken)
    {
        _counters.Add(agent.Name, AgentCount.Started);
        LogStarted(agent.Name, lease.Epoch);
        var keeper = new LeaseKeeper(_lifecycle, claimed, lease, holder, _time, _logger);
        AttemptOutcome outcome;
        await using (keeper)
            outcome = await InvokeAsync(claimed.Record, lease, agent, holder, cancellationToken);

        var result = await WriteAsync(keeper.Task, lease, outcome, cancellationToken);
        _counters.Add(agent.Name, CountOf(outcome));
        LogEnded(outcome.GetType().Name, result.Task.Record.State);
        return result.Decision switch
        {
            CompletionDecision.Retry retry => AttemptStep.Again(retry.NextAttempt, retry.DueAt),

            // Somebody else has the task now; asking anew finds out what came of it.
            CompletionDecision.Stale { Task.State: var state } when !state.IsTerminal() => AttemptStep.Again(lease.Number, _time.GetUtcNow()),
            _ => AttemptStep.Over(lease.Number),
        };
    }

    private Task<AttemptOutcome> InvokeAsync(TaskRecord task, AttemptLease lease, AgentRegistration agent, AttemptHolder holder, CancellationToken cancellationToken)
    {
        // Not pooled: an agent that ignores its deadline may read on after we have gone.
        var input = JsonElement.Parse(task.Input ?? "null");
        var deadline = _time.GetUtcNow() + task.AttemptTimeLimit;
        var invocation = new AgentInvocation(agent, task.Id, task.Type, lease.Number, input, deadline, new AttemptReporter(_logger));
        return _invoker.InvokeAsync(invocation, holder.Stopped, cancellationToken);
    }

    /// <summary>The work is done and must not be lost to a storage that is away for a moment.</summary>
    private async Task<CompletionResult> WriteAsync(StoredTask task, AttemptLease lease, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        for (var delay = TimeSpan.FromMilliseconds(500); ; delay = delay < TimeSpan.FromSeconds(8) ? delay * 2 : delay)
        {
            try
            {
                return await _lifecycle.CompleteAsync(task, lease, outcome, cancellationToken);
            }
            catch (OrchestratorException exception) when (exception.IsRetryable && _time.GetElapsedTime(began) + delay <= _options.OutcomeWait)
            {
                LogNotWritten(exception, delay);
                await Task.Delay(delay, _time, cancellationToken);
            }
        }
    }

    private async Task<AttemptStep> AbandonAsync(TaskRecord task, int attempt, CancellationToken cancellationToken)
    {
        var error = new TaskError("no_agent", $"No agent is registered here for task type '{task.Type}'. Register one and submit the task again.");
        await _lifecycle.AbandonAsync(task.Id, error, cancellationToken);
        return AttemptStep.Over(attempt);
    }

    private static AgentCount CountOf(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Succeeded => AgentCount.Succeeded,
        AttemptOutcome.Stopped => AgentCount.Cancelled,
        _ => AgentCount.Failed,
    };
}
