using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Tests.Simulation.Code;

/// <summary>
/// One execution of a <see cref="Plan"/>: a pure function of its history. Each step leaves one or more tokens; the output of a
/// plan that completes are all its tokens.
/// </summary>
/// <remarks>
/// Steps: <c>a:ok</c> an activity (<c>boom</c> fails, <c>throw</c> throws), <c>f:3</c> three activities at once, <c>d</c> an activity
/// that nobody waits for, <c>t:500</c> a timer of so many milliseconds, <c>w:500</c> an activity or a timer, whichever is first,
/// <c>e:2</c> two events, <c>s:@counter@x,0</c> a signal to an entity so many milliseconds later, <c>c:@counter@x,add</c> a call of an
/// entity, <c>l:@counter@x+@counter@y</c> locks on entities, <c>u</c> their release, <c>k:a,t.200</c> a sub-orchestration (<c>k=id:</c> with an id), <c>v:id</c> an event to another instance, <c>n</c> continue
/// as new, <c>x</c> fail, <c>o:900</c> so many thousand characters of output.
/// </remarks>
internal sealed class PlanRun
{
    private readonly List<Decision> _decisions = [];
    private readonly Queue<EventRaised> _events = new();
    private readonly Queue<OrchestrationMessage> _held = new();
    private readonly SortedDictionary<int, string?> _awaited = [];
    private readonly List<string> _tokens = [];
    private Plan _plan = Plan.First("", []);
    private EntitiesLocked? _locks;
    private DateTime _now;
    private int _step = -1;
    private int _firstDone = -1;
    private bool _isSuspended;
    private bool _hasEnded;
    private bool _startsOver;

    private PlanRun()
    {
    }

    /// <summary>All decisions that a history leads to, from the first one on, and the custom status behind it.</summary>
    public static (IReadOnlyList<Decision> Decisions, string CustomStatus) Run(IEnumerable<HistoryEvent> history)
    {
        var run = new PlanRun();
        foreach (var entry in history)
        {
            run.Take(entry);
        }

        if (run._startsOver && !run._hasEnded)
        {
            run.StartOver();
        }

        return (run._decisions, $"{run._plan.Generation}.{run._step}");
    }

    private void Take(HistoryEvent entry)
    {
        switch (entry)
        {
            case TurnStarted turn:
                _now = turn.At;
                break;
            case ExecutionTerminated terminated when !_hasEnded:
                End(ExecutionOutcome.Terminated, terminated.Output);
                break;
            case ExecutionSuspended:
                _isSuspended = true;
                break;
            case ExecutionResumed:
                _isSuspended = false;
                while (_held.TryDequeue(out var held))
                {
                    Deliver(held);
                }

                break;
            case OrchestrationMessage message when _isSuspended:
                _held.Enqueue(message);
                break;
            case OrchestrationMessage message:
                Deliver(message);
                break;
        }
    }

    private void Deliver(OrchestrationMessage message)
    {
        switch (message)
        {
            case ExecutionStarted start:
                _plan = Plan.Parse(start.Input!);
                _tokens.AddRange(_plan.Tokens);
                break;
            case TaskCompleted completed:
                Note(completed.TaskId, completed.Result ?? "nothing");
                break;
            case TaskFailed failed:
                Note(failed.TaskId, $"failed({failed.Failure.Message})");
                break;
            case TimerFired fired:
                Note(fired.TaskId, "fired");
                break;
            case EventRaised raised:
                _events.Enqueue(raised);
                break;
        }

        while (!_hasEnded && !_startsOver && (_step < 0 || IsDone(_plan.Steps[_step])))
        {
            Begin();
        }
    }

    private void Note(int taskId, string result)
    {
        if (_awaited.ContainsKey(taskId))
        {
            _awaited[taskId] = Payloads.Shorten(result).Replace(' ', '_');
            _firstDone = _firstDone < 0 ? taskId : _firstDone;
        }
    }

    /// <summary>Whether a step has what it waits for; if so, its tokens are taken.</summary>
    private bool IsDone(string step)
    {
        var kind = step[0];
        if (kind == 'e')
        {
            return HasEvents(int.Parse(step[2..], null));
        }

        if (kind == 'w' ? _firstDone < 0 : _awaited.ContainsValue(null))
        {
            return false;
        }

        foreach (var (taskId, result) in _awaited)
        {
            if (kind != 'w' || taskId == _firstDone)
            {
                _tokens.Add($"{kind}{taskId}={result}");
            }
        }

        _awaited.Clear();
        _firstDone = -1;
        return true;
    }

    private bool HasEvents(int count)
    {
        if (_events.Count < count)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            _tokens.Add($"e={_events.Dequeue().Input}");
        }

        return true;
    }

    private void Begin()
    {
        if (++_step == _plan.Steps.Count)
        {
            End(ExecutionOutcome.Completed, string.Join(' ', _tokens));
            return;
        }

        var step = _plan.Steps[_step];
        var rest = step.Length > 2 ? step[2..] : "";
        switch (step[0])
        {
            case 'a':
                Await(id => new ActivityScheduled("Work", rest) { TaskId = id });
                break;
            case 'f':
                for (var left = int.Parse(rest, null); left > 0; left--)
                {
                    Await(id => new ActivityScheduled("Work", "ok") { TaskId = id });
                }

                break;
            case 'd':
                _tokens.Add($"d{_decisions.Count}");
                _decisions.Add(new ActivityScheduled("Work", "ok") { TaskId = _decisions.Count });
                break;
            case 't':
                Await(id => new TimerCreated(Later(rest)) { TaskId = id });
                break;
            case 'w':
                Await(id => new ActivityScheduled("Work", "ok") { TaskId = id });
                Await(id => new TimerCreated(Later(rest)) { TaskId = id });
                break;
            case 's':
                Signal(rest.Split(','));
                break;
            case 'c':
                var (entity, operation) = (rest.Split(',')[0], rest.Split(',')[1]);
                Await(id => new EntityCalled(entity, operation, OperationId(id)) { TaskId = id });
                break;
            case 'l' when _locks is null:
                Await(id => _locks = new EntitiesLocked([.. rest.Split('+').Order(StringComparer.Ordinal)]) { TaskId = id });
                break;
            case 'u':
                Unlock();
                break;
            case 'o':
                _tokens.Add($"o{Payloads.Create(OperationId(_step), int.Parse(rest, null))}");
                break;
            case 'k':
                Await(id => Child(id, step));
                break;
            case 'v':
                _tokens.Add($"v{_decisions.Count}");
                _decisions.Add(new EventSent(rest, Plan.Event, OperationId(_decisions.Count)) { TaskId = _decisions.Count });
                break;
            case 'n':
                _startsOver = true;
                break;
            case 'x':
                End(ExecutionOutcome.Failed, "planned", new Failure("Planned", "planned"));
                break;
        }
    }

    private void Await(Func<int, Decision> decide)
    {
        _awaited.Add(_decisions.Count, null);
        _decisions.Add(decide(_decisions.Count));
    }

    private void Signal(string[] target)
    {
        var delay = int.Parse(target[1], null);
        var id = _decisions.Count;
        _tokens.Add($"s{id}");
        _decisions.Add(new EntitySignaled(target[0], "add", OperationId(id)) { TaskId = id, DeliverAt = delay == 0 ? null : _now.AddMilliseconds(delay) });
    }

    private void Unlock()
    {
        if (_locks is { } locks)
        {
            _locks = null;
            _tokens.Add($"u{_decisions.Count}");
            _decisions.Add(new EntitiesUnlocked(locks.TaskId, locks.Entities) { TaskId = _decisions.Count });
        }
    }

    private SubOrchestrationScheduled Child(int taskId, string step)
    {
        var nonce = OperationId(taskId);
        var colon = step.IndexOf(':', StringComparison.Ordinal);
        var steps = step[(colon + 1)..].Split(',').Select(s => s.Replace('.', ':')).ToList();
        return new SubOrchestrationScheduled(Plan.Name, colon > 1 ? step[2..colon] : nonce, Plan.First(nonce, steps).ToString()) { TaskId = taskId };
    }

    private string OperationId(int taskId) => $"{_plan.Nonce}-{_plan.Generation}-{taskId}";

    private DateTime Later(string milliseconds) => _now.AddMilliseconds(int.Parse(milliseconds, null));

    private void End(ExecutionOutcome outcome, string? output, Failure? failure = null)
    {
        _hasEnded = true;
        _decisions.Add(new ExecutionCompleted(outcome, output, failure) { TaskId = _decisions.Count });
    }

    private void StartOver()
    {
        var next = new Plan(_plan.Nonce, _plan.Generation + 1, [.. _tokens, "n"], [.. _plan.Steps.Skip(_step + 1)]);
        List<EventRaised> carried = [.. _events, .. _held.OfType<EventRaised>()];
        _decisions.Add(new ContinuedAsNew(next.ToString(), carried) { TaskId = _decisions.Count });
    }
}
