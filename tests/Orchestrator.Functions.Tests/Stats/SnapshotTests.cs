using Orchestrator.Functions.Stats;
using Orchestrator.TestKit.Time;

namespace Orchestrator.Functions.Tests.Stats;

public sealed class SnapshotTests
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private int _made;

    [Fact]
    public async Task Get_AskedByMany_MadeOnceUntilItIsTooOld()
    {
        var snapshot = new Snapshot<int>(TimeSpan.FromSeconds(1), _time);

        Assert.Equal(1, await snapshot.GetAsync(MakeAsync, CancellationToken.None));
        Assert.Equal(1, await snapshot.GetAsync(MakeAsync, CancellationToken.None));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(1, await snapshot.GetAsync(MakeAsync, CancellationToken.None));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, await snapshot.GetAsync(MakeAsync, CancellationToken.None));
    }

    [Fact]
    public async Task Get_WhileItIsMade_WaitsForItHoweverLongThatTakes()
    {
        var snapshot = new Snapshot<int>(TimeSpan.FromSeconds(1), _time);
        var gate = new TaskCompletionSource<int>();
        using var gone = new CancellationTokenSource();

        var first = snapshot.GetAsync(() => gate.Task, gone.Token);
        _time.Advance(TimeSpan.FromSeconds(9));
        var second = snapshot.GetAsync(MakeAsync, CancellationToken.None);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult(7);

        Assert.Equal((7, 0), (await second, _made));
    }

    [Fact]
    public async Task Get_MakingFails_TriedAgainByTheNext()
    {
        var snapshot = new Snapshot<int>(TimeSpan.FromSeconds(1), _time);

        await Assert.ThrowsAsync<IOException>(() => snapshot.GetAsync(() => Task.FromException<int>(new IOException()), CancellationToken.None));

        Assert.Equal(1, await snapshot.GetAsync(MakeAsync, CancellationToken.None));
    }

    [Fact]
    public async Task Peek_WhateverThereIs_OnlyWhatIsRecentAndNothingIsMade()
    {
        var snapshot = new Snapshot<int>(TimeSpan.FromSeconds(1), _time);
        var within = TimeSpan.FromMinutes(1);

        Assert.Equal(0, snapshot.Peek(within));
        await snapshot.GetAsync(() => Task.FromResult(7), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(7, snapshot.Peek(within));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, snapshot.Peek(within));
        await Assert.ThrowsAsync<IOException>(() => snapshot.GetAsync(() => Task.FromException<int>(new IOException()), CancellationToken.None));
        Assert.Equal((0, 0), (snapshot.Peek(within), _made));
    }

    private Task<int> MakeAsync() => Task.FromResult(Interlocked.Increment(ref _made));
}
