using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Log;

namespace Embedded.DurableTask.Hub;

/// <summary>
/// The one thread of control that changes the hub's state. Inputs come in through a channel; each is one <see cref="Step"/>;
/// the records of many steps are committed as one group while the next gathers.
/// </summary>
/// <remarks>
/// A group is cut as soon as the one before is durable and the turns it set going have come back, so that a message and what
/// the orchestrator made of it share a commit. Turns that take longer than <see cref="TurnGrace"/> do not hold the group up.
/// Methods but <see cref="Post"/>, <see cref="AskAsync"/>, <see cref="PeekAsync"/>, <see cref="LookAsync"/>, <see cref="RunAsync"/> and <see cref="StopAsync"/> belong to the loop's own thread.
/// </remarks>
internal sealed class HubLoop : IDisposable
{
    private static readonly TimeSpan TurnGrace = TimeSpan.FromMilliseconds(2);
    private const int InputsPerRound = 256;

    private readonly Channel<Input> _inputs = Channel.CreateUnbounded<Input>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CommitLog _log;
    private readonly TimeProvider _time;
    private readonly IEffectRunner _effects;
    private readonly IHazards? _hazards;
    private readonly TimerQueue _timers;
    private readonly ITimer _grace;
    private readonly CancellationTokenSource _stopping = new();

    private GroupCommit _gathering = new();
    private GroupCommit? _inFlight;
    private bool _graceArmed;
    private long _committedAt;

    public HubLoop(HubState state, CommitLog log, IEffectRunner effects, TimeProvider time, IHazards? hazards = null)
    {
        State = state;
        _log = log;
        _effects = effects;
        _hazards = hazards;
        _time = time;
        _committedAt = time.GetTimestamp();
        _timers = new TimerQueue(time, () => Post(FireTimers));
        _grace = time.CreateTimer(_ => Post(EndGrace), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The hub's state, ahead of storage by what is not yet committed.</summary>
    public HubState State { get; }

    /// <summary>How many records have been committed since the loop began.</summary>
    public long RecordsCommitted { get; private set; }

    /// <summary>When a commit last came back, as a timestamp of the clock. Any thread may ask.</summary>
    public long CommittedAt => Volatile.Read(ref _committedAt);

    /// <summary>Why the loop has ended; null while it runs or when it was stopped in order.</summary>
    public Exception? Fault { get; private set; }

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Looks at the state on the loop's own thread, at a moment that is a position of the log. Once the caller has given up it
    /// does not look any more.
    /// </summary>
    /// <returns>What was seen, when all of it is durable, and the position behind the last record that it shows.</returns>
    public Task<(T Seen, LogPosition AsOf)> LookAsync<T>(Func<T> look, CancellationToken cancellationToken) =>
        Enter<(T, LogPosition)>(answer => LookAtCut(look, answer)).WithinAsync(cancellationToken);

    /// <summary>Hands the loop something to do on its own thread. Does nothing once it has ended.</summary>
    public void Post(Action input) => _inputs.Writer.TryWrite(new Input(input, static _ => { }));

    /// <summary>Takes one step for a client.</summary>
    /// <returns>What <paramref name="ask"/> gave, when everything decided up to then is durable.</returns>
    public Task<T> AskAsync<T>(Func<Step, T> ask, CancellationToken cancellationToken = default)
    {
        var answer = Enter<T>(answer => Take(ask, answer));
        return cancellationToken.CanBeCanceled ? answer.WithinAsync(cancellationToken) : answer.Task;
    }

    /// <summary>Looks at the state without waiting until what is seen is durable: good for a guess only.</summary>
    public Task<T> PeekAsync<T>(Func<Step, T> look, CancellationToken cancellationToken) =>
        Enter<T>(answer => answer.TrySetResult(look(NewStep()))).WithinAsync(cancellationToken);

    /// <summary>Takes one step that nobody waits for.</summary>
    public void Tell(Action<Step> tell)
    {
        var step = NewStep();
        tell(step);
        Absorb(step, null);
    }

    /// <summary>Has something called when everything decided up to now is durable, or (with the reason) never will be.</summary>
    public void AfterCommit(Action<LogPosition, Exception?> action)
    {
        var group = _gathering.Records.Count > 0 || _inFlight is null ? _gathering : _inFlight;
        if (group == _gathering && _gathering.Records.Count == 0)
        {
            action(_log.Next, null);
        }
        else
        {
            group.Afterwards.Add(fault => action(group.End, fault));
        }
    }

    /// <summary>Runs until <see cref="StopAsync"/>.</summary>
    /// <exception cref="HubLostException">Another process owns the hub now.</exception>
    public async Task RunAsync()
    {
        Input input = default;
        try
        {
            while (await _inputs.Reader.WaitToReadAsync())
            {
                for (var left = InputsPerRound; left > 0 && _inputs.Reader.TryRead(out input); left--)
                {
                    input.Run();
                }

                CutGroup();
            }

            // Who came too late, or whose commit was still under way, must not wait for ever.
            Abandon(Ended(), default);
        }
        catch (Exception fault)
        {
            Fault = fault;
            _inputs.Writer.TryComplete();
            Abandon(fault, input);
            throw;
        }
    }

    /// <summary>Takes no more inputs, commits what has been decided, and returns when that is durable.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(_ => true, cancellationToken);
        }
        catch (Exception) when (Fault is not null)
        {
            // Whoever waits for the loop itself is told.
        }
        finally
        {
            _inputs.Writer.TryComplete();
            _stopping.Cancel();
        }
    }

    public void Dispose()
    {
        _timers.Dispose();
        _grace.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A turn has come back.</summary>
    public void TurnFinished(GroupCommit startedIn, Action<Step> tell)
    {
        startedIn.TurnsAwaited--;
        Tell(tell);
    }

    private Step NewStep() => new(State, Now, static () => Guid.NewGuid().ToString("N"), _hazards);

    /// <summary>Hands the loop something that ends with an answer. Once it has ended, that is the answer.</summary>
    private TaskCompletionSource<T> Enter<T>(Action<TaskCompletionSource<T>> run)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_inputs.Writer.TryWrite(new Input(() => run(answer), _ => answer.TrySetException(Ended()))))
        {
            answer.TrySetException(Ended());
        }

        return answer;
    }

    private void Take<T>(Func<Step, T> ask, TaskCompletionSource<T> answer)
    {
        var step = NewStep();
        T value;
        try
        {
            value = ask(step);
        }
        catch (Exception fault) when (step.Records.Count == 0)
        {
            // Nothing has been decided: that is the asker's own affair.
            answer.TrySetException(fault);
            return;
        }

        Absorb(step, fault => _ = fault is null ? answer.TrySetResult(value) : answer.TrySetException(Ended()));
    }

    /// <summary>
    /// A group that still gathers would put more behind what was seen, and its end would claim that this was seen too: then the
    /// look waits until the group is cut.
    /// </summary>
    private void LookAtCut<T>(Func<T> look, TaskCompletionSource<(T, LogPosition)> answer)
    {
        if (answer.Task.IsCompleted)
        {
            return;
        }

        if (_gathering.Records.Count == 0)
        {
            var seen = look();
            AfterCommit((position, fault) => Tell(seen, position, fault));
            return;
        }

        var group = _gathering;
        T atCut = default!;
        group.BeforeCut.Add(() => atCut = answer.Task.IsCompleted ? default! : look());
        group.Afterwards.Add(fault => Tell(atCut, group.End, fault));

        void Tell(T seen, LogPosition position, Exception? fault) =>
            _ = fault is null ? answer.TrySetResult((seen, position)) : answer.TrySetException(Ended());
    }

    private void Absorb(Step step, Action<Exception?>? afterwards)
    {
        _gathering.Add(step);
        foreach (var timer in step.Timers)
        {
            _timers.Add(timer);
        }

        foreach (var turn in step.Turns)
        {
            _gathering.TurnsAwaited++;
            _effects.Run(turn, _gathering);
        }

        foreach (var effect in step.Effects)
        {
            if (effect is ExecutionEnded ended)
            {
                _timers.Drop(ended.ExecutionId);
            }

            AfterCommit((_, fault) => RunUnless(fault, effect));
        }

        if (afterwards is not null)
        {
            AfterCommit((_, fault) => afterwards(fault));
        }
    }

    private void RunUnless(Exception? fault, Effect effect)
    {
        if (fault is null)
        {
            _effects.Run(effect);
        }
    }

    private void CutGroup()
    {
        if (_inFlight is not null || _gathering.Records.Count == 0)
        {
            return;
        }

        if (_gathering is { TurnsAwaited: > 0, IsOverdue: false })
        {
            if (!_graceArmed)
            {
                _graceArmed = true;
                _grace.Change(TurnGrace, Timeout.InfiniteTimeSpan);
            }

            return;
        }

        foreach (var look in _gathering.BeforeCut)
        {
            look();
        }

        _inFlight = _gathering;
        _gathering = new GroupCommit();
        _ = CommitAsync(_inFlight);
    }

    private async Task CommitAsync(GroupCommit group)
    {
        try
        {
            await _log.AppendAsync(group.Records.Close(), _stopping.Token);
            group.End = _log.Next;
            Post(() => Committed(group));
        }
        catch (Exception fault)
        {
            Post(() => ExceptionDispatchInfo.Throw(fault));
        }
    }

    private void Committed(GroupCommit group)
    {
        _inFlight = null;
        RecordsCommitted += group.Records.Count;
        Volatile.Write(ref _committedAt, _time.GetTimestamp());
        foreach (var action in group.Afterwards)
        {
            action(null);
        }

        group.Records.Dispose();
    }

    private void EndGrace()
    {
        _graceArmed = false;
        _gathering.IsOverdue = true;
    }

    private void FireTimers()
    {
        // What one key waits for at several moments is looked at once, at the last of them.
        foreach (var timer in _timers.TakeDue().GroupBy(t => (t.Key, t.ExecutionId, t.TaskId)).Select(same => same.Last()))
        {
            Tell(step => step.TimeHasCome(timer));
        }
    }

    /// <summary>Tells everybody who waits for something that will not come.</summary>
    private void Abandon(Exception fault, Input current)
    {
        current.Drop?.Invoke(fault);
        foreach (var action in (_inFlight?.Afterwards ?? []).Concat(_gathering.Afterwards).ToList())
        {
            action(fault);
        }

        while (_inputs.Reader.TryRead(out var input))
        {
            input.Drop(fault);
        }
    }

    private InvalidOperationException Ended() => new("The task hub has stopped.", Fault);

    /// <summary>Something to do on the loop's thread, and whom to tell if it never is.</summary>
    private readonly record struct Input(Action Run, Action<Exception> Drop);
}

/// <summary>Does what steps ask for. Results come back as inputs of the loop.</summary>
internal interface IEffectRunner
{
    /// <summary>Runs a turn, at once.</summary>
    void Run(Execution.OrchestrationTurn turn, GroupCommit startedIn);

    /// <summary>Does what was to wait for the commit.</summary>
    void Run(Effect effect);
}
