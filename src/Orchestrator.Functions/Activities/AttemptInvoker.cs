using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orchestrator.Agents;
using Orchestrator.Agents.Code;
using Orchestrator.Functions.Tracing;
using Orchestrator.Secrets;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>How an attempt ended, with what it has said last.</summary>
/// <param name="Log">To be written with the outcome; null: nothing.</param>
public sealed record AttemptEnd(AttemptOutcome Outcome, AttemptLog? Log);

/// <summary>Has an agent make a claimed attempt: gives it its context, records what it says but for what is secret, watches over its signs of life.</summary>
public sealed class AttemptInvoker
{
    private readonly CodeAgentInvoker _agents;
    private readonly IAttemptStore _attempts;
    private readonly IAttemptTokens _tokens;
    private readonly OutputCheck _outputs;
    private readonly ISecretSource _secrets;
    private readonly TimeProvider _time;
    private readonly ILogger<AttemptInvoker> _logger;

    /// <summary>Creates the invoker.</summary>
    public AttemptInvoker(CodeAgentInvoker agents, IAttemptStore attempts, IAttemptTokens tokens, OutputCheck outputs, ISecretSource secrets, TimeProvider time, ILogger<AttemptInvoker> logger)
    {
        _agents = agents;
        _attempts = attempts;
        _tokens = tokens;
        _outputs = outputs;
        _secrets = secrets;
        _time = time;
        _logger = logger;
    }

    /// <summary>Makes the attempt.</summary>
    /// <exception cref="OperationCanceledException">The process ends before the attempt has.</exception>
    public async Task<AttemptEnd> InvokeAsync(TaskRecord task, AttemptLease lease, AgentRegistration agent, AttemptHolder holder, CancellationToken cancellationToken)
    {
        using var trace = TaskTraces.StartAttempt(task, lease);
        var lastHeartbeat = await LastHeartbeatAsync(task, lease, cancellationToken);
        var secrets = new AttemptSecrets(_secrets);
        var mask = new AttemptMask(await _outputs.FindMaskAsync(task, cancellationToken), secrets);
        await using var recorder = new AttemptRecorder(_attempts, _tokens, task.Id, lease, task.HeartbeatTimeout, _time, _logger) { LastDetails = lastHeartbeat, Mask = mask };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(holder.Stopped, recorder.Silent);

        // Not pooled: an agent that ignores its deadline may read on after we have gone.
        var input = JsonElement.Parse(task.Input ?? "null");
        var deadline = lease.Deadline ?? _time.GetUtcNow() + task.AttemptTimeLimit;
        var context = new AgentContext(task.Id, task.Type, lease.Number, input, deadline, recorder)
        {
            StartedAt = task.StartedAt ?? _time.GetUtcNow(),
            Correlation = task.Correlation,
            TraceParent = trace?.Id ?? task.TraceParent,
            Secrets = secrets,
            LastHeartbeat = lastHeartbeat is null ? null : JsonElement.Parse(lastHeartbeat),
        };
        var outcome = await _agents.InvokeAsync(new AgentInvocation(agent, context), stop.Token, cancellationToken);
        if (outcome is AttemptOutcome.Stopped && recorder.Silent.IsCancellationRequested && !holder.Stopped.IsCancellationRequested)
            outcome = new AttemptOutcome.Failed(new TaskError("heartbeat_timed_out", $"Attempt {lease.Number} gave no sign of life for {task.HeartbeatTimeout}."), IsRetryable: true);

        outcome = mask.Outcome(await _outputs.CheckAsync(task, outcome, cancellationToken));
        TaskTraces.EndAttempt(trace, outcome);
        return new AttemptEnd(outcome, await recorder.EndAsync(isReportWanted: outcome is not AttemptOutcome.Succeeded));
    }

    /// <summary>Only an attempt that is not the first beginning of its task can find one.</summary>
    private async Task<string?> LastHeartbeatAsync(TaskRecord task, AttemptLease lease, CancellationToken cancellationToken) =>
        lease.Epoch > 1 ? (await _attempts.GetReportAsync(task.Id, cancellationToken))?.Report.Details : null;
}
