using Orchestrator.Limits;

namespace Orchestrator.Core.Tests.Limits;

/// <summary>A limiter, the rows of its queue, and tasks that use it the way orchestrations do, one step at a time in a random order.</summary>
internal sealed class LimiterSimulation
{
    private readonly Random _random;
    private readonly SortedSet<(long Rank, string Task)> _rows = [];
    private readonly Dictionary<string, SlotWaiter> _waiters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _atWork = new(StringComparer.Ordinal);
    private readonly List<Action> _steps = [];
    private DateTimeOffset _now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public LimiterSimulation(Random random, int limit, int tasks)
    {
        (_random, Limit, Tasks) = (random, limit, tasks);
        for (var i = 0; i < tasks; i++)
        {
            var waiter = new SlotWaiter($"task {i}", 1, random.Next(1_000));
            _waiters.Add(waiter.Task, waiter);
            _steps.Add(() => Ask(waiter, Limit));
        }
    }

    public int Limit { get; }

    public int Tasks { get; }

    public int Done { get; private set; }

    public int MostAtWork { get; private set; }

    public LimiterState State { get; private set; } = new();

    public void Run()
    {
        for (var round = 0; round < 200_000 && Done < Tasks; round++)
        {
            if (_steps.Count == 0)
                Keep();
            Next();
        }

        while (_steps.Count > 0)
            Next();
    }

    private void Next()
    {
        if (_steps.Count == 0)
            return;

        var index = _random.Next(_steps.Count);
        var step = _steps[index];
        _steps.RemoveAt(index);
        _now += TimeSpan.FromMilliseconds(_random.Next(20));
        step();
    }

    private void Ask(SlotWaiter waiter, int limit)
    {
        var answer = Apply(State.Ask(waiter, limit, key: null, _now));
        if (answer.Outcome == SlotOutcome.Granted)
            _steps.Add(() => Begin(waiter));
        else if (answer.Outcome == SlotOutcome.Unknown)
            _steps.Add(() => Ask(waiter, Limit));
        else if (answer.Outcome == SlotOutcome.Full)
            _steps.Add(() => AddRow(waiter));
    }

    private void AddRow(SlotWaiter waiter)
    {
        _rows.Add((waiter.Rank, waiter.Task));
        _steps.Add(() => Ask(waiter with { HasRow = true }, 0));
    }

    private void Begin(SlotWaiter waiter)
    {
        // The row of the task lets one begin with a ticket once.
        if (!_waiters.Remove(waiter.Task))
            return;

        _atWork.Add(waiter.Task);
        MostAtWork = Math.Max(MostAtWork, _atWork.Count);
        _steps.Add(() => End(waiter));
    }

    private void End(SlotWaiter waiter)
    {
        _atWork.Remove(waiter.Task);
        Done++;
        var times = _random.Next(1, 3);
        for (var i = 0; i < times; i++)
            _steps.Add(() => Apply(State.Free(waiter.Task, waiter.Ticket, Limit, _now)));
    }

    /// <summary>Whoever gets an answer carries it out, some time; now and then it gets lost.</summary>
    private LimiterAnswer Apply((LimiterState State, LimiterAnswer Answer) result)
    {
        State = result.State;
        if (result.Answer.IsToBeHandedOver() && _random.Next(20) > 0)
            _steps.Add(() => HandOver(result.Answer));
        return result.Answer;
    }

    private void HandOver(LimiterAnswer answer)
    {
        foreach (var displaced in answer.Displaced ?? [])
            _rows.Add((displaced.Rank, displaced.Task));
        var refused = new List<SlotPermit>();
        foreach (var grant in answer.Granted ?? [])
        {
            _rows.Remove((grant.Rank, grant.Task));
            if (_waiters.TryGetValue(grant.Task, out var waiter))
                _steps.Add(() => Ask(waiter, 0));
            else if (!_atWork.Contains(grant.Task))
                refused.Add(new SlotPermit(grant.Task, grant.Ticket, 0));
        }

        var rows = answer.IsRefillWanted ? Rows() : null;
        if (refused.Count > 0 || rows is not null)
            _steps.Add(() => Apply(State.Settle(refused, rows, rows?.Count < LimiterState.MaxWaiters, 0, _now)));
    }

    /// <summary>What the sweep does: finds slots that nobody uses, rows that nobody reads, and those who wait and were not told.</summary>
    private void Keep()
    {
        _now += TimeSpan.FromMinutes(1);
        var unused = State.Permits.Where(permit => !_atWork.Contains(permit.Task)).ToList();
        foreach (var permit in unused.Where(permit => _waiters.ContainsKey(permit.Task)))
        {
            _waiters[permit.Task] = _waiters[permit.Task] with { Ticket = permit.Ticket + 1 };
            _steps.Add(() => Ask(_waiters.GetValueOrDefault(permit.Task) ?? new SlotWaiter(permit.Task, permit.Ticket, 0), Limit));
        }

        // Once an hour everybody asks anew who has not been told.
        if (unused.Count == 0)
        {
            foreach (var waiter in _waiters.Values.ToList())
                _steps.Add(() => Ask(waiter, Limit));
        }

        Apply(State.Settle(unused, Rows(), _rows.Count <= LimiterState.MaxWaiters, Limit, _now));
    }

    private List<SlotWaiter> Rows() => [.. _rows.Take(LimiterState.MaxWaiters).Select(row => new SlotWaiter(row.Task, _waiters.GetValueOrDefault(row.Task)?.Ticket ?? 1, row.Rank))];
}
