namespace Orchestrator.Limits;

/// <summary>
/// What a limiter knows: the slots it has given out and the next who wait. The whole queue is in rows only as far as it does not fit in here. Every
/// operation may be repeated, and may come late. None takes a slot back by itself: whoever frees one has made sure, in the task's row, that
/// nobody begins with it any more.
/// </summary>
public sealed record LimiterState
{
    /// <summary>Most tasks that are remembered as the next.</summary>
    public const int MaxWaiters = 200;

    /// <summary>With fewer remembered more are read from the rows.</summary>
    public const int RefillBelow = 50;

    /// <summary>Most tasks whose turn it is in one answer; the rest comes with the next.</summary>
    public const int MaxGrants = 50;

    /// <summary>A refill that has not come by then is asked for anew.</summary>
    public static readonly TimeSpan RefillTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A limit that nobody has named for so long may be taken back by an older version, as when a definition is deleted: longer than a process goes without hearing of a change.</summary>
    public static readonly TimeSpan LimitTimeout = TimeSpan.FromMinutes(1);

    /// <summary>How much may be given out; null: not known.</summary>
    public SlotLimit? Limit { get; init; }

    /// <summary>When the limit was last named, in UTC ticks.</summary>
    public long LimitNamedAtTicks { get; init; }

    /// <summary>What is given out.</summary>
    public IReadOnlyList<SlotPermit> Permits { get; init; } = [];

    /// <summary>The next who wait, by rank.</summary>
    public IReadOnlyList<SlotWaiter> Waiters { get; init; } = [];

    /// <summary>Whether there may be rows of others who wait.</summary>
    public bool HasMore { get; init; }

    /// <summary>When it was last told of a row that it does not remember, in UTC ticks; no two times are the same. Rows that were read before say nothing of it.</summary>
    public long ToldTicks { get; init; }

    /// <summary>When a refill was last asked for, in UTC ticks; 0: it has come.</summary>
    public long RefillAskedAtTicks { get; init; }

    /// <summary>Whether nothing would be lost if it were forgotten.</summary>
    public bool IsIdle() => Permits.Count == 0 && Waiters.Count == 0 && !HasMore;

    /// <summary>Asks for a slot.</summary>
    /// <param name="limit">How much may be given out, as far as the caller knows; null: as before.</param>
    public (LimiterState State, LimiterAnswer Answer) Ask(SlotWaiter waiter, SlotLimit? limit, DateTimeOffset now)
    {
        var state = WithLimit(limit, now);
        if (state.Limit is null)
            return (this, new LimiterAnswer(SlotOutcome.Unknown, Gone: waiter.HasRow ? [waiter] : null));
        if (state.Permits.FirstOrDefault(permit => permit.Task == waiter.Task) is { } held)
        {
            // The attempt of an older ticket is over, or there would be no newer one: the slot goes on.
            var renewed = waiter.Ticket > held.Ticket ? new SlotPermit(held.Task, waiter.Ticket, now.UtcTicks) : held;
            var permits = state.Permits.Select(permit => permit == held ? renewed : permit);
            return (state with { Permits = [.. permits] }, new LimiterAnswer(SlotOutcome.Granted, Gone: waiter.HasRow ? [waiter] : null));
        }

        var displaced = new List<SlotWaiter>();
        state = state.Remember(waiter, displaced, now, out var isFull);
        (state, var granted, var refillFor) = state.GrantNext(now);
        var own = granted.Find(grant => grant.Task == waiter.Task);
        if (own is null)
            return (state, new LimiterAnswer(isFull ? SlotOutcome.Full : SlotOutcome.Waiting, granted, displaced, RefillFor: refillFor));

        granted.Remove(own);
        return (state, new LimiterAnswer(SlotOutcome.Granted, granted, displaced, own.HasRow ? [own] : null, refillFor));
    }

    /// <summary>
    /// Enters a slot that was given out by somebody else, even beyond the limit. Gives out none and keeps nobody from waiting, so that there is nothing to be done about it.
    /// One that is not needed any more is given back as every slot is.
    /// </summary>
    /// <param name="ticket">The lease epoch that the task's attempt has begun with.</param>
    /// <param name="limit">How much may be given out, as far as the caller knows; null: as before.</param>
    public LimiterState Adopt(string task, long ticket, SlotLimit? limit, DateTimeOffset now)
    {
        var state = WithLimit(limit, now);

        // Whoever waits for a later beginning has no attempt any more that this slot could be of.
        if (state.Permits.Any(permit => permit.Task == task && permit.Ticket >= ticket) || state.Waiters.Any(waiter => waiter.Task == task && waiter.Ticket > ticket))
            return state;

        return state with
        {
            Permits = [.. state.Permits.Where(permit => permit.Task != task), new SlotPermit(task, ticket, now.UtcTicks)],
            Waiters = [.. state.Waiters.Where(waiter => waiter.Task != task)],
        };
    }

    /// <summary>Frees the slot of a task, for every beginning up to <paramref name="ticket"/>, and takes it out of those who wait for such a one.</summary>
    public (LimiterState State, LimiterAnswer Answer) Free(string task, long ticket, DateTimeOffset now)
    {
        SlotWaiter[] gone = [.. Waiters.Where(waiter => waiter.Task == task && waiter.Ticket <= ticket)];
        var state = this with
        {
            Permits = [.. Permits.Where(permit => permit.Task != task || permit.Ticket > ticket)],
            Waiters = [.. Waiters.Except(gone)],
        };
        (state, var granted, var refillFor) = state.GrantNext(now);
        return (state, new LimiterAnswer(SlotOutcome.Waiting, granted, Gone: [.. gone.Where(waiter => waiter.HasRow)], RefillFor: refillFor));
    }

    /// <summary>Takes back what could not be handed over, and takes in what was read from the rows.</summary>
    /// <param name="refused">Permits that are good for nothing: no attempt begins with them any more.</param>
    /// <param name="rows">What was read of the queue; null: nothing was.</param>
    /// <param name="hasNewRows">Whether rows were written for those displaced.</param>
    /// <param name="limit">How much may be given out, as far as the caller knows; null: as before.</param>
    public (LimiterState State, LimiterAnswer Answer) Settle(IReadOnlyList<SlotPermit> refused, SlotRows? rows, bool hasNewRows, SlotLimit? limit, DateTimeOffset now)
    {
        var state = WithLimit(limit, now);
        state = state with { Permits = [.. Permits.Where(permit => !refused.Any(other => other.Task == permit.Task && other.Ticket == permit.Ticket))] };
        if (hasNewRows)
            state = state.Told(now);

        var displaced = new List<SlotWaiter>();
        if (rows is not null)
            state = state.TakeIn(rows, displaced, now);

        (state, var granted, var refillFor) = state.GrantNext(now);
        return (state, new LimiterAnswer(SlotOutcome.Waiting, granted, displaced, RefillFor: refillFor));
    }

    private LimiterState WithLimit(SlotLimit? limit, DateTimeOffset now) =>
        limit is null || (limit.Version < Limit?.Version && now.UtcTicks - LimitNamedAtTicks <= LimitTimeout.Ticks)
            ? this
            : this with { Limit = limit, LimitNamedAtTicks = now.UtcTicks };

    /// <summary>There is a row that is not remembered.</summary>
    private LimiterState Told(DateTimeOffset now) => this with { HasMore = true, ToldTicks = Math.Max(ToldTicks + 1, now.UtcTicks) };

    /// <summary>Takes a waiter into those remembered, if it belongs there.</summary>
    /// <param name="displaced">Gets those that have to go for it and stand in no row.</param>
    /// <param name="isFull">Whether it does not belong there and stands in no row.</param>
    private LimiterState Remember(SlotWaiter waiter, List<SlotWaiter> displaced, DateTimeOffset now, out bool isFull)
    {
        isFull = false;
        if (Waiters.FirstOrDefault(other => other.Task == waiter.Task) is { } known)
            return this with { Waiters = Ordered(Waiters.Where(other => other != known).Append(Newer(known, waiter))) };

        // Behind the last one remembered there may be rows that come before it.
        var isBehindRows = HasMore && (Waiters.Count == 0 || waiter.Rank >= Waiters[^1].Rank);
        if (isBehindRows || (Waiters.Count >= MaxWaiters && waiter.Rank >= Waiters[^1].Rank))
        {
            isFull = !waiter.HasRow;
            return isFull ? this with { HasMore = true } : Told(now);
        }

        if (Waiters.Count < MaxWaiters)
            return this with { Waiters = Ordered(Waiters.Append(waiter)) };

        if (!Waiters[^1].HasRow)
            displaced.Add(Waiters[^1]);
        return (this with { Waiters = Ordered(Waiters.SkipLast(1).Append(waiter)) }).Told(now);
    }

    /// <summary>Takes the first rows into those remembered: no row comes before them.</summary>
    /// <param name="displaced">Gets those that have to go for them and stand in no row.</param>
    private LimiterState TakeIn(SlotRows rows, List<SlotWaiter> displaced, DateTimeOffset now)
    {
        var held = Permits.Select(permit => permit.Task).ToHashSet(StringComparer.Ordinal);
        var waiters = Waiters.ToDictionary(waiter => waiter.Task, StringComparer.Ordinal);
        foreach (var row in rows.Waiters.Where(row => !held.Contains(row.Task)))
        {
            var waiter = row with { HasRow = true };
            waiters[row.Task] = waiters.TryGetValue(row.Task, out var known) ? Newer(known, waiter) : waiter;
        }

        var ordered = Ordered(waiters.Values);
        displaced.AddRange(ordered.Skip(MaxWaiters).Where(waiter => !waiter.HasRow));
        var state = this with
        {
            Waiters = [.. ordered.Take(MaxWaiters)],
            HasMore = !rows.IsEnd || rows.ToldTicks != ToldTicks || ordered.Length > MaxWaiters,
            RefillAskedAtTicks = 0,
        };
        return displaced.Count > 0 ? state.Told(now) : state;
    }

    /// <summary>What is known of a task from two sides.</summary>
    private static SlotWaiter Newer(SlotWaiter known, SlotWaiter waiter) => (known.Ticket > waiter.Ticket ? known : waiter) with { HasRow = known.HasRow || waiter.HasRow };

    private (LimiterState State, List<SlotWaiter> Granted, long? RefillFor) GrantNext(DateTimeOffset now)
    {
        var count = Math.Clamp((Limit?.Count ?? 0) - Permits.Count, 0, Math.Min(Waiters.Count, MaxGrants));
        var granted = Waiters.Take(count).ToList();
        var state = count == 0 ? this : this with
        {
            Permits = [.. Permits, .. granted.Select(grant => new SlotPermit(grant.Task, grant.Ticket, now.UtcTicks))],
            Waiters = [.. Waiters.Skip(count)],
        };
        return state.HasMore && state.Waiters.Count < RefillBelow && now.UtcTicks - state.RefillAskedAtTicks > RefillTimeout.Ticks
            ? (state with { RefillAskedAtTicks = now.UtcTicks }, granted, state.ToldTicks)
            : (state, granted, null);
    }

    private static SlotWaiter[] Ordered(IEnumerable<SlotWaiter> waiters) =>
        [.. waiters.OrderBy(waiter => waiter.Rank).ThenBy(waiter => waiter.Task, StringComparer.Ordinal)];
}
