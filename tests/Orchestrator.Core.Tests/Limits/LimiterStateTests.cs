using Orchestrator.Limits;

namespace Orchestrator.Core.Tests.Limits;

public sealed class LimiterStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private LimiterState _state = new();

    [Fact]
    public void Ask_FreeSlots_GrantsUpToTheLimitAndThenLetsWait()
    {
        Assert.Equal([SlotOutcome.Granted, SlotOutcome.Granted, SlotOutcome.Waiting], new[] { Ask("a", limit: 2).Outcome, Ask("b", limit: 2).Outcome, Ask("c", limit: 2).Outcome });

        Assert.Equal(["a", "b"], _state.Permits.Select(permit => permit.Task));
        Assert.Equal(["c"], _state.Waiters.Select(waiter => waiter.Task));
    }

    [Fact]
    public void Ask_WithoutALimitEver_IsUnknownAndForgotten()
    {
        Assert.Equal(SlotOutcome.Unknown, Ask("a", limit: 0).Outcome);

        Assert.True(_state.IsIdle());
    }

    [Fact]
    public void Ask_Again_ChangesNothing()
    {
        Ask("a", limit: 1);
        Ask("b", limit: 1);
        var before = _state;

        Assert.Equal((SlotOutcome.Granted, SlotOutcome.Waiting), (Ask("a", limit: 0).Outcome, Ask("b", limit: 0).Outcome));

        Assert.Equal(before.Permits, _state.Permits);
        Assert.Equal(before.Waiters, _state.Waiters);
    }

    [Fact]
    public void Ask_NewerTicketOfATaskThatHasTheSlot_TheSlotGoesOn()
    {
        Ask("a", limit: 1, ticket: 1);

        Assert.Equal(SlotOutcome.Granted, Ask("a", limit: 1, ticket: 3).Outcome);

        Assert.Equal([new SlotPermit("a", 3, Now.UtcTicks)], _state.Permits);
        Free("a", 2);
        Assert.Single(_state.Permits);
    }

    [Fact]
    public void Ask_OlderTicketOfATaskThatWaits_KeepsTheNewerOne()
    {
        Ask("a", limit: 1);
        Ask("b", limit: 1, ticket: 2);

        Ask("b", limit: 1, ticket: 1);

        Assert.Equal(2, _state.Waiters.Single().Ticket);
    }

    [Fact]
    public void Free_SomeoneWaits_TheLowestRankIsNext()
    {
        Ask("a", limit: 1);
        Ask("late", limit: 1, rank: 30);
        Ask("first", limit: 1, rank: 10);
        Ask("second", limit: 1, rank: 20);

        var granted = Free("a", 1).Granted!;

        Assert.Equal([new SlotWaiter("first", 1, 10, HasRow: false)], granted);
        Assert.Equal(["first"], _state.Permits.Select(permit => permit.Task));
        Assert.Equal(["second", "late"], _state.Waiters.Select(waiter => waiter.Task));
    }

    [Fact]
    public void Free_Twice_GrantsOnce()
    {
        Ask("a", limit: 1);
        Ask("b", limit: 1);
        Free("a", 1);

        Assert.Empty(Free("a", 1).Granted!);
    }

    [Fact]
    public void Free_OneThatWaits_WaitsNoMore()
    {
        Ask("a", limit: 1);
        Ask("b", limit: 1, ticket: 2);

        Free("b", 1);
        Assert.Single(_state.Waiters);
        Free("b", 2);

        Assert.Empty(_state.Waiters);
    }

    [Fact]
    public void Free_TheLastOfAll_LeavesNothingToRemember()
    {
        Ask("a", limit: 1);

        Free("a", 1);

        Assert.True(_state.IsIdle());
    }

    [Fact]
    public void Free_LowerLimit_GrantsNobodyUntilFewerHaveSlots()
    {
        foreach (var task in new[] { "a", "b", "c", "d" })
            Ask(task, limit: 3);

        Settle(limit: 1);
        Assert.Empty(Free("a", 1).Granted!);
        Assert.Empty(Free("b", 1).Granted!);
        Assert.Equal(["d"], Free("c", 1).Granted!.Select(grant => grant.Task));
    }

    [Fact]
    public void Settle_HigherLimit_GrantsThoseWhoWait()
    {
        foreach (var task in new[] { "a", "b", "c", "d" })
            Ask(task, limit: 1);

        Assert.Equal(["b", "c"], Settle(limit: 3).Granted!.Select(grant => grant.Task));
    }

    [Fact]
    public void Ask_WithAnOlderVersionOfTheType_DoesNotChangeTheLimit()
    {
        _state = new LimiterState { Limit = new SlotLimit(1, 7), LimitNamedAtTicks = Now.UtcTicks, Permits = [new SlotPermit("holder", 1, 0)] };

        var older = _state.Ask(new SlotWaiter("a", 1, 1), new SlotLimit(5, 6), Now);
        var newer = _state.Ask(new SlotWaiter("a", 1, 1), new SlotLimit(5, 8), Now);

        Assert.Equal((SlotOutcome.Waiting, SlotOutcome.Granted), (older.Answer.Outcome, newer.Answer.Outcome));
        Assert.Equal((new SlotLimit(1, 7), new SlotLimit(5, 8)), (older.State.Limit, newer.State.Limit));
        Assert.Equal(new SlotLimit(1, 7), _state.Settle([], null, hasNewRows: false, new SlotLimit(9, 2), Now).State.Limit);
    }

    [Fact]
    public void Ask_WithAnOlderVersionWhenNobodyNamesTheNewerOne_ChangesTheLimit()
    {
        _state = new LimiterState { Limit = new SlotLimit(1, 7), LimitNamedAtTicks = Now.UtcTicks };
        var late = Now + LimiterState.LimitTimeout + TimeSpan.FromTicks(1);

        var named = _state.Ask(new SlotWaiter("a", 1, 1), new SlotLimit(1, 7), late).State;

        Assert.Equal(new SlotLimit(5, 6), _state.Ask(new SlotWaiter("a", 1, 1), new SlotLimit(5, 6), late).State.Limit);
        Assert.Equal(new SlotLimit(1, 7), named.Ask(new SlotWaiter("b", 1, 1), new SlotLimit(5, 6), late).State.Limit);
    }

    [Fact]
    public void Settle_Refused_GoesToTheNext()
    {
        Ask("a", limit: 1);
        Ask("b", limit: 1);
        Ask("c", limit: 1);
        Free("a", 1);

        var other = Settle([new SlotPermit("b", 7, 0)]);
        var granted = Settle([new SlotPermit("b", 1, 0)]).Granted!;

        Assert.Empty(other.Granted!);
        Assert.Equal(["c"], granted.Select(grant => grant.Task));
    }

    [Fact]
    public void Ask_MoreThanAreRemembered_MustStandInTheRows()
    {
        Ask("holder", limit: 1);
        for (var i = 0; i < LimiterState.MaxWaiters; i++)
            Assert.Equal(SlotOutcome.Waiting, Ask($"task {i}", limit: 1, rank: 100 + i).Outcome);

        Assert.Equal(SlotOutcome.Full, Ask("behind", limit: 1, rank: 1_000).Outcome);
        Assert.Equal(SlotOutcome.Waiting, Ask("behind", limit: 1, rank: 1_000, hasRow: true).Outcome);

        Assert.Equal((LimiterState.MaxWaiters, true), (_state.Waiters.Count, _state.HasMore));
    }

    [Fact]
    public void Ask_BetterRankWhenFull_DisplacesTheLast()
    {
        Ask("holder", limit: 1);
        for (var i = 0; i < LimiterState.MaxWaiters; i++)
            Ask($"task {i}", limit: 1, rank: 100 + i);

        var answer = Ask("urgent", limit: 1, rank: 1);

        Assert.Equal(SlotOutcome.Waiting, answer.Outcome);
        Assert.Equal([new SlotWaiter($"task {LimiterState.MaxWaiters - 1}", 1, 100 + LimiterState.MaxWaiters - 1)], answer.Displaced);
        Assert.Equal(("urgent", LimiterState.MaxWaiters), (_state.Waiters[0].Task, _state.Waiters.Count));
    }

    [Fact]
    public void Settle_RowsAreRead_TheyAreTheNextAndTheEndIsKnown()
    {
        _state = new LimiterState { Limit = new SlotLimit(1, 1), Permits = [new SlotPermit("holder", 1, 0)], HasMore = true };

        Settle([], [new SlotWaiter("b", 1, 20), new SlotWaiter("a", 1, 10), new SlotWaiter("holder", 1, 5)], isEnd: true);

        Assert.Equal([new SlotWaiter("a", 1, 10, HasRow: true), new SlotWaiter("b", 1, 20, HasRow: true)], _state.Waiters);
        Assert.False(_state.HasMore);
    }

    [Fact]
    public void Free_FewAreLeftAndThereMayBeRows_WantsThemOnce()
    {
        _state = new LimiterState { Limit = new SlotLimit(1, 1), Permits = [new SlotPermit("holder", 1, 0)], HasMore = true };

        Assert.Equal(0, Free("other", 1).RefillFor);
        Assert.Null(Free("other", 1).RefillFor);
        Assert.Equal(0, Free("other", 1, at: Now + LimiterState.RefillTimeout + TimeSpan.FromTicks(1)).RefillFor);
    }

    [Fact]
    public void Ask_RowsMayComeFirst_IsNotGrantedBeforeThem()
    {
        _state = new LimiterState { Limit = new SlotLimit(2, 1), Permits = [new SlotPermit("holder", 1, 0)], HasMore = true };

        var answer = Ask("newer", limit: 2, rank: 50);

        Assert.Equal((SlotOutcome.Full, 0), (answer.Outcome, answer.RefillFor));
        Assert.Equal(["older"], Settle([], [new SlotWaiter("older", 1, 10)], isEnd: true).Granted!.Select(grant => grant.Task));
    }

    [Fact]
    public void Settle_ToldOfARowAfterTheRowsWereRead_DoesNotForgetIt()
    {
        _state = new LimiterState { Limit = new SlotLimit(1, 1), HasMore = true };
        var told = Free("other", 1).RefillFor!.Value;

        Assert.Equal(SlotOutcome.Waiting, Ask("written since", limit: 1, hasRow: true).Outcome);
        Settle(rows: [], isEnd: true, told: told);

        Assert.True(_state.HasMore);
        Settle(rows: [new SlotWaiter("written since", 1, 0)], isEnd: true, told: _state.ToldTicks);
        Assert.Equal("written since", _state.Permits.Single().Task);
        Assert.False(_state.HasMore);
    }

    [Fact]
    public void Settle_RowsForThoseDisplaced_AreToldOf()
    {
        _state = new LimiterState { Limit = new SlotLimit(1, 1), Permits = [new SlotPermit("holder", 1, 0)] };

        Settle(hasNewRows: true);
        var first = _state.ToldTicks;
        Settle(hasNewRows: true);

        Assert.True(_state.HasMore);
        Assert.True(_state.ToldTicks > first, "No two are the same.");
    }

    [Fact]
    public void Ask_GrantedAfterAll_ItsRowMustGo()
    {
        Ask("a", limit: 1);
        Free("a", 1);

        var answer = Ask("b", limit: 1, rank: 7, hasRow: true);
        var again = Ask("b", limit: 1, rank: 7, hasRow: true);

        Assert.Equal((SlotOutcome.Granted, SlotOutcome.Granted), (answer.Outcome, again.Outcome));
        Assert.Equal([("b", 7L), ("b", 7L)], answer.Gone!.Concat(again.Gone!).Select(waiter => (waiter.Task, waiter.Rank)));
        Assert.True(answer.IsToBeHandedOver());
    }

    [Fact]
    public void Free_OneThatWaitsInTheRowsToo_ItsRowMustGo()
    {
        _state = new LimiterState { Limit = new SlotLimit(1, 1), Permits = [new SlotPermit("holder", 1, 0)], Waiters = [new SlotWaiter("b", 1, 7, HasRow: true)] };

        Assert.Equal([new SlotWaiter("b", 1, 7, HasRow: true)], Free("b", 1).Gone);
    }

    [Fact]
    public void Adopt_QueueIsFullAndNoSlotIsFree_EntersTheSlotAndDisplacesNobody()
    {
        Ask("holder", limit: 1);
        for (var i = 0; i < LimiterState.MaxWaiters; i++)
            Ask($"waits{i:000}", limit: 1, rank: i);
        var before = _state;

        Adopt("foreign", ticket: 4, limit: 1);

        Assert.Equal(["holder", "foreign"], _state.Permits.Select(permit => permit.Task));
        Assert.Equal(before.Waiters, _state.Waiters);
        Assert.Equal((before.HasMore, before.ToldTicks), (_state.HasMore, _state.ToldTicks));
        Assert.Empty(Free("holder", 1).Granted!);
        Assert.Equal(["waits000"], Free("foreign", 4).Granted!.Select(waiter => waiter.Task));
    }

    [Fact]
    public void Adopt_SlotsAreFree_OthersFindThemTakenAndTheLimitIsKnown()
    {
        Adopt("foreign", ticket: 4, limit: 1);

        Assert.Equal(SlotOutcome.Waiting, Ask("a", limit: 0).Outcome);
    }

    [Fact]
    public void Adopt_TaskIsKnown_HasOneSlotAndWaitsForNone()
    {
        Ask("holder", limit: 1);
        Ask("foreign", limit: 1, ticket: 2);
        Adopt("foreign", ticket: 4, limit: 1);
        Adopt("foreign", ticket: 3, limit: 1);
        Adopt("foreign", ticket: 4, limit: 1);
        Adopt("holder", ticket: 2, limit: 1);

        Assert.Equal([new SlotPermit("foreign", 4, Now.UtcTicks), new SlotPermit("holder", 2, Now.UtcTicks)], _state.Permits);
        Assert.Empty(_state.Waiters);
    }

    [Fact]
    public void Adopt_TaskWaitsForALaterBeginning_WaitsOnAndHasNoSlot()
    {
        Ask("holder", limit: 1);
        Ask("foreign", limit: 1, ticket: 5);

        Adopt("foreign", ticket: 4, limit: 1);

        Assert.Equal([5L], _state.Waiters.Select(waiter => waiter.Ticket));
        Assert.Equal(["holder"], _state.Permits.Select(permit => permit.Task));
    }

    /// <summary>
    /// Tasks ask, begin, end and repeat themselves in a random order, answers get lost, rows are written late: never are more at work than the limit
    /// allows, and in the end everybody has been.
    /// </summary>
    [Fact]
    public void AnyOrder_NeverMoreThanTheLimitAndNobodyIsForgotten()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var simulation = new LimiterSimulation(random, limit: random.Next(1, 5), tasks: random.Next(1, 700), losesAnswers: seed % 2 == 0);
            simulation.Run();
            Assert.True(simulation.MostAtWork <= simulation.Limit, $"Seed {seed}: {simulation.MostAtWork} were at work, {simulation.Limit} are allowed.");
            Assert.True(simulation.Done == simulation.Tasks, $"Seed {seed}: {simulation.Done} of {simulation.Tasks} were done.");
            Assert.True(simulation.State.IsIdle(), $"Seed {seed}: the limiter remembers {simulation.State}.");
            Assert.True(seed % 2 == 0 || simulation.RowsLeft == 0, $"Seed {seed}: {simulation.RowsLeft} rows are left.");
        }
    }

    private LimiterAnswer Ask(string task, int limit, long ticket = 1, long rank = 0, bool hasRow = false) =>
        Keep(_state.Ask(new SlotWaiter(task, ticket, rank, hasRow), LimitOf(limit), Now));

    private void Adopt(string task, long ticket, int limit) => _state = _state.Adopt(task, ticket, LimitOf(limit), Now);

    private LimiterAnswer Free(string task, long ticket, DateTimeOffset? at = null) => Keep(_state.Free(task, ticket, at ?? Now));

    private LimiterAnswer Settle(IReadOnlyList<SlotPermit>? refused = null, IReadOnlyList<SlotWaiter>? rows = null, bool isEnd = false, int limit = 0, long told = 0, bool hasNewRows = false) =>
        Keep(_state.Settle(refused ?? [], rows is null ? null : new SlotRows(rows, isEnd, told), hasNewRows, LimitOf(limit), Now));

    private static SlotLimit? LimitOf(int count) => count == 0 ? null : new SlotLimit(count, Version: 1);

    private LimiterAnswer Keep((LimiterState State, LimiterAnswer Answer) result)
    {
        _state = result.State;
        return result.Answer;
    }
}
