using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>
/// A live execution: its code, stopped where it waits, and what the code waits for. Fed with history, it moves on; fed with
/// the whole history, it comes to the same point again.
/// </summary>
internal sealed class OrchestrationExecution(ExecutionState state, OrchestratorInvocation invocation)
{
    private readonly Queue<OrchestrationMessage> _held = new();
    private bool _isSuspended;
    private ExecutionTerminated? _terminated;
    private int _seen;
    private HistoryEvent? _last;

    /// <summary>Whether it stands exactly where this history ends.</summary>
    public bool HasSeen(IReadOnlyList<HistoryEvent> past) => past.Count == _seen && past[^1].Equals(_last);

    /// <summary>Brings a new execution to where the history ends.</summary>
    /// <exception cref="NonDeterministicOrchestrationException">The code has decided otherwise than before.</exception>
    public void Replay(IReadOnlyList<HistoryEvent> past)
    {
        state.IsReplaying = true;
        foreach (var entry in past)
        {
            Apply(entry);
        }

        state.Decisions.RequireAllMatched();
        state.IsReplaying = false;
    }

    /// <summary>Runs a turn from where the execution stands.</summary>
    /// <returns>The decisions; the last one is an end when the execution is over.</returns>
    public async ValueTask<List<Decision>> RunAsync(OrchestrationTurn turn)
    {
        foreach (var entry in turn.News)
        {
            Apply(entry);
        }

        var decisions = state.Decisions.TakeAll();
        if (await ConcludeAsync() is { } end)
        {
            decisions.Add(end);
        }

        _seen = turn.Past.Count + turn.News.Count + decisions.Count;
        _last = decisions.Count > 0 ? decisions[^1] : turn.News[^1];
        return decisions;
    }

    private void Apply(HistoryEvent entry)
    {
        switch (entry)
        {
            case TurnStarted turn:
                state.Decisions.RequireAllMatched();
                state.Now = turn.At;
                break;
            case OrchestrationMessage message:
                Receive(message);
                break;
            case Decision decision:
                state.Decisions.Match(decision);
                break;
        }
    }

    private void Receive(OrchestrationMessage message)
    {
        switch (message)
        {
            case ExecutionTerminated terminated:
                _terminated ??= terminated;
                break;
            case ExecutionSuspended:
                _isSuspended = true;
                break;
            case ExecutionResumed:
                _isSuspended = false;
                while (!_isSuspended && _held.TryDequeue(out var held))
                {
                    Receive(held);
                }

                break;
            default:
                if (_isSuspended)
                {
                    _held.Enqueue(message);
                }
                else if (_terminated is null)
                {
                    state.Pump.Run(() => Deliver(message));
                }

                break;
        }
    }

    private void Deliver(OrchestrationMessage message)
    {
        switch (message)
        {
            case ExecutionStarted start when start.StartAt > state.Now:
                // It is told to end before its time has come: nothing of it may happen.
                break;
            case ExecutionStarted:
                invocation.CallMethod();
                break;
            case TaskCompleted completed:
                state.Open.Complete(completed.TaskId, completed.Result, failure: null);
                break;
            case TaskFailed failed:
                state.Open.Complete(failed.TaskId, result: null, failed.Failure);
                break;
            case TimerFired fired:
                state.Open.Complete(fired.TaskId, result: null, failure: null);
                break;
            case EventRaised raised when state.StartOver is { } startOver:
                startOver.CarriedOver.Add(raised);
                break;
            case EventRaised raised:
                state.Events.Raise(raised);
                break;
        }
    }

    private async ValueTask<Decision?> ConcludeAsync()
    {
        if (_terminated is { } terminated)
        {
            return End(ExecutionOutcome.Terminated, terminated.Output);
        }

        if (FindFault() is { } fault)
        {
            return Failed(fault);
        }

        if (invocation.Code is not { IsCompleted: true } || state.Open.KeepExecutionOpen)
        {
            return null;
        }

        return await EndCodeAsync();
    }

    private Failure? FindFault()
    {
        if (state.CustomStatus.Failure is { } failure)
        {
            return failure;
        }

        if (state.Pump.Fault is { } thrown)
        {
            return thrown.ToFailure();
        }

        var waitsForNothing = invocation.Code is { IsCompleted: false } && state.Open.Count == 0 && !state.Events.HasWaits;
        return state.Pump.WasInvaded || waitsForNothing
            ? new(typeof(InvalidOperationException).FullName!, OrchestratorContext.IllegalAwait, NonRetriable: true)
            : null;
    }

    private async ValueTask<Decision> EndCodeAsync()
    {
        object? result;
        try
        {
            result = await invocation.EndAsync();
        }
        catch (Exception exception)
        {
            return Failed(exception.ToFailure());
        }

        if (state.StartOver is not { } startOver)
        {
            return End(ExecutionOutcome.Completed, state.Converter.Serialize(result));
        }

        return new ContinuedAsNew(startOver.Input, [.. startOver.CarriedOver, .. _held.OfType<EventRaised>()])
        {
            TaskId = state.Decisions.NextId(),
            Version = startOver.Version,
        };
    }

    private ExecutionCompleted Failed(Failure failure) => End(ExecutionOutcome.Failed, failure.ToOutput(), failure);

    private ExecutionCompleted End(ExecutionOutcome outcome, string? output, Failure? failure = null) =>
        new(outcome, output, failure) { TaskId = state.Decisions.NextId() };
}
