using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;
using Orchestrator.Tasks;

namespace Orchestrator.Agents.Code;

/// <summary>
/// Runs agents that are classes of this program: makes the agent in a scope of its own, holds it to its deadline, and
/// turns whatever comes of it into the outcome of the attempt.
/// </summary>
public sealed partial class CodeAgentInvoker
{
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _time;
    private readonly HostLimits _limits;
    private readonly IOptionsMonitor<AgentsOptions> _options;
    private readonly ILogger<CodeAgentInvoker> _logger;

    /// <summary>Creates the invoker.</summary>
    public CodeAgentInvoker(IServiceScopeFactory scopes, TimeProvider time, HostLimits limits, IOptionsMonitor<AgentsOptions> options, ILogger<CodeAgentInvoker> logger)
    {
        _scopes = scopes;
        _time = time;
        _limits = limits;
        _options = options;
        _logger = logger;
    }

    /// <summary>Makes the attempt.</summary>
    /// <param name="taskCancelled">The task is to be cancelled: an agent that stops for it gives <see cref="AttemptOutcome.Stopped"/>.</param>
    /// <param name="hostStopping">The process ends: an agent that stops for it gives no outcome, and the attempt is made again elsewhere.</param>
    /// <returns>Success with an output that fits, or a failure with its code: <c>attempt_timed_out</c>, <c>output_too_large</c>,
    /// <c>agent_error</c>, or the agent's own.</returns>
    /// <exception cref="OperationCanceledException">The agent stopped because of <paramref name="hostStopping"/>.</exception>
    public async Task<AttemptOutcome> InvokeAsync(AgentInvocation invocation, CancellationToken taskCancelled, CancellationToken hostStopping)
    {
        var timeLeft = invocation.Context.Deadline - _time.GetUtcNow();
        if (timeLeft <= TimeSpan.Zero)
            return TimedOut(invocation);

        // What is done here cannot outlast the function; only what is handed out has longer.
        if (timeLeft > _limits.FunctionTimeout)
            timeLeft = _limits.FunctionTimeout;
        var deadline = new CancellationTokenSource(timeLeft, _time);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, taskCancelled, hostStopping);
        // On the pool: an agent that blocks its thread before its first await must not keep its deadline from being seen.
        var run = Task.Run(() => RunAsync(invocation, stop.Token), CancellationToken.None);
        _ = run.ContinueWith(static (_, sources) => Dispose(((CancellationTokenSource, CancellationTokenSource))sources!),
            (stop, deadline), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            return Checked(invocation, await WaitAsync(run, timeLeft, taskCancelled));
        }
        catch (TimeoutException) when (!run.IsCompleted)
        {
            if (taskCancelled.IsCancellationRequested)
            {
                LogNotStopped(invocation.Agent.Name, invocation.Context.TaskId, invocation.Context.Attempt);
                _ = run.ContinueWith(static abandoned => abandoned.Exception, TaskScheduler.Default);
                return new AttemptOutcome.Stopped();
            }

            LogAbandoned(invocation.Agent.Name, invocation.Context.TaskId, invocation.Context.Attempt);
            _ = run.ContinueWith(static abandoned => abandoned.Exception, TaskScheduler.Default);
            return TimedOut(invocation);
        }
        catch (OperationCanceledException) when (taskCancelled.IsCancellationRequested)
        {
            return new AttemptOutcome.Stopped();
        }
        catch (OperationCanceledException) when (hostStopping.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return TimedOut(invocation);
        }
        catch (OrchestratorException exception)
        {
            return new AttemptOutcome.Failed(new TaskError(exception.Code, exception.Message), exception.IsRetryable);
        }
        catch (Exception exception)
        {
            LogFailed(RedactedException.Of(exception, invocation.Context), invocation.Agent.Name, invocation.Context.TaskId, invocation.Context.Attempt);
            var message = $"Agent '{invocation.Agent.Name}' failed with {exception.GetType()}: {exception.Message}";
            return new AttemptOutcome.Failed(new TaskError("agent_error", message), IsRetryable: true);
        }
    }

    /// <summary>Waits for the agent, for a while longer than it may take, and for as long after it is asked to stop.</summary>
    /// <exception cref="TimeoutException">It goes on all the same.</exception>
    private async Task<AgentResult> WaitAsync(Task<AgentResult> run, TimeSpan timeLeft, CancellationToken taskCancelled)
    {
        var grace = _options.CurrentValue.DeadlineGrace;
        var limit = timeLeft + grace;
        if (!taskCancelled.CanBeCanceled)
            return await run.WaitAsync(limit, _time, CancellationToken.None);

        var begun = _time.GetTimestamp();
        try
        {
            return await run.WaitAsync(limit, _time, taskCancelled);
        }
        catch (OperationCanceledException) when (!run.IsCompleted)
        {
            var rest = limit - _time.GetElapsedTime(begun);
            return await run.WaitAsync(rest < grace ? rest : grace, _time, CancellationToken.None);
        }
    }

    private async Task<AgentResult> RunAsync(AgentInvocation invocation, CancellationToken stop)
    {
        await using var scope = _scopes.CreateAsyncScope();
        var agent = (IAgent)scope.ServiceProvider.GetRequiredService(invocation.Agent.AgentType);
        return await agent.RunAsync(invocation.Context, stop)
            ?? throw new AgentException("agent_error", $"Agent '{invocation.Agent.Name}' returned null; an agent without output returns AgentResult.Empty.", isRetryable: false);
    }

    private static AttemptOutcome Checked(AgentInvocation invocation, AgentResult result)
    {
        if (result.IsPending)
            return new AttemptOutcome.Pending();
        if (result.DeferredUntil is { } dueAt)
            return new AttemptOutcome.Deferred(dueAt);

        if (FindJsonFault(result.Output) is { } fault)
        {
            return new AttemptOutcome.Failed(
                new TaskError("output_invalid", $"The output of agent '{invocation.Agent.Name}' is not JSON that can be kept: {fault}"), IsRetryable: false);
        }

        var bytes = Encoding.UTF8.GetByteCount(result.Output);
        return bytes <= TaskLimits.PayloadBytes
            ? new AttemptOutcome.Succeeded(result.Output)
            : new AttemptOutcome.Failed(
                new TaskError("output_too_large", $"The output of agent '{invocation.Agent.Name}' is {bytes} bytes long; at most {TaskLimits.PayloadBytes} can be stored."),
                IsRetryable: false);
    }

    /// <summary>What others read as JSON must be some.</summary>
    private static string? FindJsonFault(string output)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            return null;
        }
        catch (JsonException exception)
        {
            return exception.Message;
        }
    }

    private static AttemptOutcome.Failed TimedOut(AgentInvocation invocation) =>
        new(new TaskError("attempt_timed_out", $"Attempt {invocation.Context.Attempt} of agent '{invocation.Agent.Name}' did not end by its deadline, {invocation.Context.Deadline.UtcDateTime:O}."), IsRetryable: true);

    private static void Dispose((CancellationTokenSource Stop, CancellationTokenSource Deadline) sources)
    {
        sources.Stop.Dispose();
        sources.Deadline.Dispose();
    }
}
