using Orchestrator.Limits;

namespace Orchestrator.Core.Tests.Limits;

/// <summary>A limiter, the rows of its queue, and tasks that use it the way orchestrations do, one step at a time in a random order.</summary>
internal sealed class LimiterSimulation
{
    private readonly Random _random;
    private readonly bool _losesAnswers;
    private readonly SortedSet<(long Rank, string Task)> _rows = [];
    private readonly Dictionary<string, SlotWaiter> _waiters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _atWork = new(StringComparer.Ordinal);
    private readonly List<Action> _steps = [];
    private bool _isForgotten;
    private DateTimeOffset _now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public LimiterSimulation(Random random, int limit, int tasks, bool losesAnswers)
    {
        (_random, Limit, Tasks, _losesAnswers) = (random, limit, tasks, losesAnswers);
        for (var i = 0; i < tasks; i++)
        {
            var waiter = new SlotWaiter($"task {i}", 1, random.Next(1_000));
            _waiters.Add(waiter.Task, waiter);
            _steps.Add(() => Ask(waiter, Slots));
        }
    }

    public int Limit { get; }

    private SlotLimit Slots => new(Limit, Version: 1);

    public int Tasks { get; }

    public int Done { get; private set; }

    public int MostAtWork { get; private set; }

    /// <summary>Tasks that still stand in the rows.</summary>
    public int RowsLeft => _rows.Count;

    public LimiterState State { get; private set; } = new();

    public void Run()
    {
        for (var round = 0; round < 200_000 && Done < Tasks && !_isForgotten; round++)
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

    private void Ask(SlotWaiter waiter, SlotLimit? limit)
    {
        var answer = Apply(State.Ask(waiter, limit, _now));
        if (answer.Outcome == SlotOutcome.Granted)
            _steps.Add(() => Begin(waiter));
        else if (answer.Outcome == SlotOutcome.Unknown)
            _steps.Add(() => Ask(waiter, Slots));
        else if (answer.Outcome == SlotOutcome.Full)
            _steps.Add(() => AddRow(waiter));
    }

    private void AddRow(SlotWaiter waiter)
    {
        _rows.Add((waiter.Rank, waiter.Task));
        _steps.Add(() => Ask(waiter with { HasRow = true }, null));
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
            _steps.Add(() => Apply(State.Free(waiter.Task, waiter.Ticket, _now)));
    }

    /// <summary>Whoever gets an answer carries it out, some time; now and then one gets lost, but not one that only its receiver knows somebody of.</summary>
    private LimiterAnswer Apply((LimiterState State, LimiterAnswer Answer) result)
    {
        State = result.State;
        if (result.Answer.IsToBeHandedOver() && (!_losesAnswers || result.Answer.Displaced is { Count: > 0 } || _random.Next(20) > 0))
            _steps.Add(() => HandOver(result.Answer));
        return result.Answer;
    }

    private void HandOver(LimiterAnswer answer)
    {
        foreach (var displaced in answer.Displaced ?? [])
            _rows.Add((displaced.Rank, displaced.Task));
        foreach (var gone in answer.Gone ?? [])
            _rows.Remove((gone.Rank, gone.Task));
        var refused = new List<SlotPermit>();
        foreach (var grant in answer.Granted ?? [])
        {
            _rows.Remove((grant.Rank, grant.Task));
            if (_waiters.TryGetValue(grant.Task, out var waiter))
                _steps.Add(() => Ask(waiter, null));
            else if (!_atWork.Contains(grant.Task))
                refused.Add(new SlotPermit(grant.Task, grant.Ticket, 0));
        }

        var rows = answer.RefillFor is { } told ? Rows(told) : null;
        var hasNewRows = answer.Displaced is { Count: > 0 };
        if (refused.Count > 0 || rows is not null || hasNewRows)
            _steps.Add(() => Apply(State.Settle(refused, rows, hasNewRows, null, _now)));
    }

    /// <summary>What the sweep does, and nothing else: finds slots that nobody uses, and those that nobody was told of.</summary>
    private void Keep()
    {
        _now += TimeSpan.FromMinutes(1);
        var unused = State.Permits.Where(permit => !_atWork.Contains(permit.Task)).ToList();
        foreach (var permit in unused.Where(permit => _waiters.ContainsKey(permit.Task)))
        {
            var asksAnew = _waiters[permit.Task] = _waiters[permit.Task] with { Ticket = permit.Ticket + 1 };
            _steps.Add(() => Ask(asksAnew, Slots));
        }

        var isStuck = State.Permits.Count - unused.Count < Limit && (State.Waiters.Count > 0 || State.HasMore);
        if (unused.Count > 0 || isStuck)
            Apply(State.Settle(unused, State.HasMore && State.Waiters.Count < LimiterState.RefillBelow ? Rows(State.ToldTicks) : null, hasNewRows: false, Slots, _now));
        else if (_steps.Count == 0)
            _isForgotten = true;
    }

    private SlotRows Rows(long told)
    {
        SlotWaiter[] rows = [.. _rows.Take(LimiterState.MaxWaiters).Select(row => new SlotWaiter(row.Task, _waiters.GetValueOrDefault(row.Task)?.Ticket ?? 1, row.Rank))];
        return new SlotRows(rows, rows.Length < LimiterState.MaxWaiters, told);
    }
}
