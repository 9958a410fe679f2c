using Azure;
using Embedded.DurableTask.Ownership;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Ownership;

public sealed class HubOwnershipTests
{
    private static readonly ProcessIdentity _self = ProcessIdentity.Current();
    private static readonly ProcessIdentity _elsewhere = new("another-machine", "boot", 42, "1");

    private readonly MemoryOwnerStore _store = new();
    private readonly ManualTimeProvider _time = new();
    private int _writes;

    [Fact]
    public async Task Acquire_ANewHub_OpensEpoch1() => Assert.Equal(1, await New(_self).AcquireAsync(false, default));

    [Fact]
    public async Task Acquire_AfterADeadProcessOfThisMachine_TakesOverAtOnce()
    {
        _store.Set(_self with { ProcessStart = "earlier" }, epoch: 4);

        Assert.Equal(5, await New(_self).AcquireAsync(false, default));
    }

    [Fact]
    public async Task Acquire_AfterAnEarlierBootOfThisMachine_TakesOverAtOnce()
    {
        _store.Set(_self with { BootId = "earlier" }, epoch: 4);

        Assert.Equal(5, await New(_self).AcquireAsync(false, default));
    }

    [Fact]
    public async Task Acquire_AReleasedHub_TakesOverAtOnce()
    {
        var first = New(_elsewhere);
        await first.AcquireAsync(false, default);
        await first.ReleaseAsync(default);

        Assert.Equal(2, await New(_self).AcquireAsync(false, default));
    }

    [Fact]
    public async Task Acquire_WhileAnotherMachineRenews_IsRefusedAndNamesTheOwner()
    {
        _store.Set(_elsewhere, epoch: 4);
        var acquiring = New(_self).AcquireAsync(false, default);
        _store.Set(_elsewhere, epoch: 4);

        var refused = await Assert.ThrowsAsync<HubOwnedException>(() => AdvanceUntilDoneAsync(acquiring));

        Assert.Equal("Task hub 'Test' is owned by process 42 on another-machine. Stop that process, give this one another hub name, or start it with --take-over.", refused.Message);
    }

    [Fact]
    public async Task Acquire_ARecordThatStandsStill_TakesOverAfter30Seconds()
    {
        _store.Set(_elsewhere, epoch: 4);
        var since = _time.GetUtcNow();

        Assert.Equal(5, await AdvanceUntilDoneAsync(New(_self).AcquireAsync(false, default)));

        Assert.InRange(_time.GetUtcNow() - since, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32));
    }

    [Fact]
    public async Task Acquire_WithTakeOver_DoesNotWait()
    {
        _store.Set(_elsewhere, epoch: 4);

        Assert.Equal(5, await New(_self).AcquireAsync(true, default));
    }

    [Fact]
    public async Task Acquire_TryThatArrivesAfterItWasGivenUp_IsItsOwn()
    {
        _store.LateWrites = 1;

        Assert.Equal(1, await AdvanceUntilDoneAsync(New(_self).AcquireAsync(false, default)));

        Assert.Equal("w1", _store.Record!.WriteId);
    }

    [Fact]
    public async Task Release_ThatStorageDoesNotTake_IsTriedAgain()
    {
        var ownership = New(_self);
        await ownership.AcquireAsync(false, default);
        _store.LostWrites = 2;

        await AdvanceUntilDoneAsync(ReleaseAsync());

        Assert.True(_store.Record!.IsReleased);

        async Task<bool> ReleaseAsync()
        {
            await ownership.ReleaseAsync(default);
            return true;
        }
    }

    [Fact]
    public async Task Keep_RenewsEvery10Seconds()
    {
        var ownership = New(_self);
        await ownership.AcquireAsync(false, default);
        using var stop = new CancellationTokenSource();
        var keeping = ownership.KeepAsync(stop.Token);
        var before = _store.Record!.WriteId;

        _time.Advance(HubOwnership.RenewalInterval);
        await Eventually.TrueAsync(() => _store.Record!.WriteId != before, "the record is renewed");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => keeping);
    }

    [Fact]
    public async Task Keep_AfterAnotherTookTheHub_Ends()
    {
        var ownership = New(_self);
        await ownership.AcquireAsync(false, default);
        var keeping = ownership.KeepAsync(default);
        _store.Set(_elsewhere, epoch: 2);

        _time.Advance(HubOwnership.RenewalInterval);

        await Assert.ThrowsAsync<HubOwnedException>(() => keeping.WithinLimitAsync("the owner notices"));
    }

    [Fact]
    public void IsSurelyDead_OfTheRunningProcess_IsFalse() => Assert.False(_self.IsSurelyDead(_self));

    [Fact]
    public async Task Confirm_WhileTheRecordIsOurs_MovesTheMomentOfTheLastProof()
    {
        var owner = New(_self);
        await owner.AcquireAsync(false, default);
        var acquired = owner.ConfirmedAt;
        _time.Advance(TimeSpan.FromSeconds(21));

        await owner.ConfirmAsync(default);

        Assert.Equal(TimeSpan.FromSeconds(21), _time.GetElapsedTime(acquired, owner.ConfirmedAt));
    }

    [Fact]
    public async Task Confirm_AfterATakeOver_SaysWhoTheOwnerIs()
    {
        var owner = New(_self);
        await owner.AcquireAsync(false, default);
        _store.Set(_elsewhere, epoch: 2);

        Assert.Equal(_elsewhere, (await Assert.ThrowsAsync<HubOwnedException>(() => owner.ConfirmAsync(default))).Record.Owner);
    }

    [Fact]
    public void IsSurelyDead_OfAProcessElsewhere_CannotBeKnown() => Assert.False(_elsewhere.IsSurelyDead(_self));

    [Fact]
    public void IsSurelyDead_OfAProcessIdThatIsNotThere_IsTrue() => Assert.True((_self with { ProcessId = int.MaxValue }).IsSurelyDead(_self));

    private HubOwnership New(ProcessIdentity identity) => new(_store, "Test", identity, _time, () => $"w{++_writes}", NullLogger.Instance);

    private async Task<T> AdvanceUntilDoneAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            if (_time.ArmedTimers > 0)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }

        return await task;
    }

    private sealed class MemoryOwnerStore : IOwnerStore
    {
        private int _tag;
        private OwnerRecord? _onItsWay;

        public OwnerRecord? Record { get; private set; }

        /// <summary>How many of the next writes are lost.</summary>
        public int LostWrites { get; set; }

        /// <summary>How many of the next writes arrive only after the row has been looked at again.</summary>
        public int LateWrites { get; set; }

        public void Set(ProcessIdentity owner, long epoch) => Record = new OwnerRecord(owner, epoch, false, $"x{++_tag}", new ETag($"{_tag}"));

        public Task<OwnerRecord?> ReadAsync(CancellationToken cancellationToken)
        {
            var seen = Record;
            (Record, _onItsWay) = (_onItsWay ?? Record, null);
            return Task.FromResult(seen);
        }

        public Task<OwnerRecord?> TryWriteAsync(OwnerRecord record, OwnerRecord? before, CancellationToken cancellationToken)
        {
            if (before?.ETag != Record?.ETag)
            {
                return Task.FromResult<OwnerRecord?>(null);
            }

            var written = record with { ETag = new ETag($"{++_tag}") };
            if (LateWrites-- > 0)
            {
                _onItsWay = written;
            }
            else if (LostWrites-- <= 0)
            {
                Record = written;
            }

            return Task.FromResult(Record == written ? written : null);
        }
    }
}
