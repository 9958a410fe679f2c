using System.Globalization;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Tests.Engine;

/// <summary>
/// A whole hub without storage, for one seed: orchestrations that lock random entities, call each of them twice and end in
/// random ways, signals in between, everything in a random order, and now and then an owner that dies and is followed by another.
/// </summary>
internal sealed class LockSimulation(int seed)
{
    private const int Entities = 5;
    private static readonly DateTime _now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Random _random = new(seed);
    private readonly List<OrchestrationTurn> _turns = [];
    private readonly List<RunBatch> _batches = [];
    private readonly List<LogRecord> _log = [];
    private readonly Dictionary<string, string[]> _sets = [];
    private int _executions;
    private int _signals;
    private int _calls;

    public HubState State { get; private set; } = new();

    /// <summary>How many operations the entities have counted.</summary>
    public int Counted => State.Entities.Values.Sum(e => int.Parse(e.State ?? "0", CultureInfo.InvariantCulture));

    public int Signals => _signals;

    /// <summary>How many calls of orchestrations the entities have run.</summary>
    public int Calls => _calls;

    /// <summary>Runs everything to its end.</summary>
    public void Run(int instances)
    {
        for (var n = 0; n < instances; n++)
        {
            var id = $"o{n}";
            _sets[id] = [.. Enumerable.Range(0, Entities).Where(_ => _random.Next(2) == 0).Select(Entity).DefaultIfEmpty(Entity(0))];
            Do(s => s.Start(id, new ExecutionStarted { ExecutionId = id, Name = "O", CreatedAt = _now }, new HashSet<Embedded.DurableTask.Hub.InstanceStatus>(), null));
        }

        while (_turns.Count + _batches.Count > 0)
        {
            Move();
        }
    }

    private static string Entity(int number) => $"@c@{number}";

    private void Move()
    {
        switch (_random.Next(20))
        {
            case 0 when _signals < 100:
                _signals++;
                Do(s => s.Enqueue(Entity(_random.Next(Entities)), new EntityRequest("signal", null, null)));
                break;
            case 1:
                Die();
                break;
            case 2 when _random.Next(4) == 0:
                Do(s => s.Send($"o{_random.Next(_sets.Count)}", new ExecutionTerminated(null, Recursive: false)));
                break;
            default:
                var pick = _random.Next(_turns.Count + _batches.Count);
                if (pick < _turns.Count)
                {
                    var turn = _turns[pick];
                    _turns.RemoveAt(pick);
                    Do(s => s.TurnFinished(turn, new OrchestrationTurnResult([.. Decide(turn)], null)));
                }
                else
                {
                    var batch = _batches[pick - _turns.Count];
                    _batches.RemoveAt(pick - _turns.Count);
                    Finish(batch);
                }

                break;
        }
    }

    /// <summary>The state is what the log gives; what was under way is forgotten and taken up again.</summary>
    private void Die()
    {
        _turns.Clear();
        _batches.Clear();
        State = new HubState();
        _log.ForEach(State.Apply);
        Do(s => s.Resume());
    }

    private IEnumerable<Decision> Decide(OrchestrationTurn turn)
    {
        List<HistoryEvent> history = [.. turn.Past, .. turn.News];
        var set = _sets[turn.InstanceId];
        var next = history.OfType<Decision>().Count();
        var answers = history.OfType<TaskCompleted>().Count();
        if (turn.News.Any(m => m is ExecutionTerminated))
        {
            yield return new ExecutionCompleted(ExecutionOutcome.Terminated, null, null) { TaskId = next };
        }
        else if (next == 0)
        {
            yield return new EntitiesLocked(set) { TaskId = 0 };
        }
        else if (answers > 0 && (answers - 1) % set.Length == 0 && answers <= 2 * set.Length && next == answers)
        {
            // All locked, or all of the first round answered: a round of calls.
            for (var n = 0; n < set.Length; n++)
            {
                yield return new EntityCalled(set[n], "call", null) { TaskId = next + n };
            }
        }
        else if (answers == 1 + (2 * set.Length))
        {
            foreach (var decision in End(turn.InstanceId, set, next))
            {
                yield return decision;
            }
        }
    }

    private IEnumerable<Decision> End(string instance, string[] set, int next)
    {
        // The same instance always ends the same way, whoever runs the turn.
        var way = instance.Sum(c => c) % 3;
        if (way == 0)
        {
            yield return new EntitiesUnlocked(0, set) { TaskId = next++ };
        }

        yield return new ExecutionCompleted(way == 1 ? ExecutionOutcome.Failed : ExecutionOutcome.Completed, null, null) { TaskId = next };
    }

    private void Finish(RunBatch batch)
    {
        RequireAllowed(batch);
        _calls += batch.Batch.Requests.Count(r => r.Caller is not null);
        var state = int.Parse(batch.Batch.State ?? "0", CultureInfo.InvariantCulture) + batch.Batch.Requests.Count;
        Do(s => s.BatchFinished(batch, new EntityBatchResult($"{state}", [.. batch.Batch.Requests.Select(_ => new EntityOutcome(null, null))], [])));
    }

    private void Do(Action<Step> input)
    {
        var step = new Step(State, _now, () => $"x{++_executions}");
        input(step);
        _log.AddRange(step.Records);
        _turns.AddRange(step.Turns);
        foreach (var batch in step.Effects.OfType<RunBatch>())
        {
            RequireAllowed(batch);
            _batches.Add(batch);
        }
    }

    /// <summary>From its begin to its end a batch holds only operations, and while the entity is locked only those of the holder.</summary>
    private void RequireAllowed(RunBatch batch) => Assert.True(
        batch.Batch.Requests.All(r => !r.IsLock)
        && (State.Entities[batch.Batch.Entity].LockedBy is not { } holder || batch.Batch.Requests.All(r => r.Caller?.InstanceId == holder.InstanceId)),
        $"Seed {seed}: a batch of {batch.Batch.Entity} holds operations that are not its lock's holder's.");
}
