using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Errors;
using Orchestrator.Storage.Outages;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Storage.Tests.Outages;

public sealed class StorageBreakerTests : IDisposable
{
    private static readonly IOException Reset = new("reset");

    private readonly ManualTimeProvider _time = new();
    private readonly Queue<TaskCompletionSource> _probes = new();
    private readonly StorageBreaker _breaker;
    private int _probed;

    public StorageBreakerTests() =>
        _breaker = new StorageBreaker(new Uri("http://127.0.0.1:1/account"), ProbeAsync, new SeededRandomSource(1), _time, NullLogger<StorageBreaker>.Instance);

    public void Dispose() => _breaker.Dispose();

    [Fact]
    public async Task Failed_SevenInARow_NotAway()
    {
        Fail(7);
        _breaker.Succeeded();
        Fail(7);

        Assert.False(_breaker.IsAway);
        _breaker.ThrowIfAway();
        Assert.True(await _breaker.WhenBackAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public async Task Failed_EightInARow_AwayUntilAProbeIsAnswered()
    {
        var away = _breaker.Away;
        Fail(8);

        Assert.True(_breaker.IsAway);
        await Eventually.TrueAsync(() => away.IsCancellationRequested, "waits are told");
        Assert.Equal(
            ("storage_unavailable", "storage_unreachable",
                "Table storage at http://127.0.0.1:1/account does not answer (reset); start Azurite (npx azurite --skipApiVersionCheck) so that it listens there, or name another account in AzureWebJobsStorage."),
            Thrown());

        await ProbeIsAsync(TimeSpan.FromMilliseconds(250), answered: false);
        await ProbeIsAsync(TimeSpan.FromMilliseconds(500), answered: false);
        await ProbeIsAsync(TimeSpan.FromSeconds(1), answered: false);
        await ProbeIsAsync(TimeSpan.FromSeconds(2), answered: false);
        Assert.True(_breaker.IsAway);
        await ProbeIsAsync(TimeSpan.FromSeconds(2), answered: true);
        await Eventually.TrueAsync(() => !_breaker.IsAway, "storage is back");

        Assert.Equal(5, _probed);
        Assert.False(_breaker.Away.IsCancellationRequested);
        Fail(7);
        Assert.False(_breaker.IsAway);
    }

    /// <summary>Eight answers that one row cannot be written say nothing of the others.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Failed_EightAnswersOfFailure_AwayIfAProbeFailsToo(bool answered)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _probes.Enqueue(answer);

        for (var i = 0; i < 20; i++)
            _breaker.Failed(new Azure.RequestFailedException(500, "no"));
        await AssertAwayIfOneProbeFailsAsync(answer, answered);
    }

    [Theory]
    [InlineData(3, 5000, true)]
    [InlineData(3, 4999, false)]
    [InlineData(2, 9000, false)]
    public void Failed_FewThatTakeLong_AwayFromThreeInFiveSeconds(int failures, int milliseconds, bool isAway)
    {
        Fail(failures - 1);
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Fail(1);

        Assert.Equal(isAway, _breaker.IsAway);
    }

    [Fact]
    public void Succeeded_CallThatWasUnderWay_Back()
    {
        Fail(8);
        _breaker.Succeeded();

        Assert.False(_breaker.IsAway);
    }

    /// <summary>The first outage's probes wait for their next turn when the second begins: that has its own, and they are not to be sent beside them.</summary>
    [Fact]
    public async Task Failed_BackAndAwayAgainWithinAPause_OneProbeAtATime()
    {
        Fail(8);
        await _time.WhenArmedAsync(1);
        _breaker.Succeeded();
        Fail(8);
        await _time.WhenArmedAsync(2);
        var pause = StorageBreaker.FirstPause;
        for (var probe = 1; probe <= 6; probe++)
        {
            // More than are to be sent, so that one too many would be counted.
            FailNextProbes(2);
            _time.Advance(pause * 1.25);
            pause = pause * 2 < StorageBreaker.LongestPause ? pause * 2 : StorageBreaker.LongestPause;
            await _time.WhenArmedAsync(1);
            await Eventually.TrueAsync(() => Volatile.Read(ref _probed) >= probe, "a probe is sent");
        }

        Assert.Equal(6, Volatile.Read(ref _probed));
        Assert.Equal(1, _time.ArmedTimers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Doubt_AsOneWhoWaitedInVain_AwayIfAProbeFails(bool answered)
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _probes.Enqueue(answer);
        Fail(7);

        _breaker.Doubt();
        _breaker.Doubt();
        await AssertAwayIfOneProbeFailsAsync(answer, answered);
    }

    /// <summary>What a caller's log scopes and trace flow along with.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Probe_OutageFoundByACaller_NothingOfHisFlowsAlong(bool isAsked)
    {
        var caller = new AsyncLocal<string?> { Value = "the caller's" };
        var flowed = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var breaker = new StorageBreaker(new Uri("http://127.0.0.1:1/account"), Probe, new SeededRandomSource(1), _time, NullLogger<StorageBreaker>.Instance);
        if (isAsked)
        {
            breaker.Doubt();
        }
        else
        {
            breaker.FoundAway(Reset);
            await _time.WhenArmedAsync(1);
            _time.Advance(StorageBreaker.FirstPause * 1.25);
        }

        Assert.Null(await flowed.Task.WithinLimitAsync("a probe is sent"));

        Task Probe(CancellationToken cancellationToken)
        {
            flowed.TrySetResult(caller.Value);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task WhenBackAsync_Away_EndsWithStorageOrLimit()
    {
        _breaker.FoundAway(Reset);
        var back = _breaker.WhenBackAsync(TimeSpan.FromHours(1), CancellationToken.None);
        var impatient = _breaker.WhenBackAsync(TimeSpan.FromSeconds(1), CancellationToken.None);
        using var gone = new CancellationTokenSource();
        var cancelled = _breaker.WhenBackAsync(TimeSpan.FromHours(1), gone.Token);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await impatient.WithinLimitAsync("the limit is kept"));
        Assert.False(back.IsCompleted);
        _breaker.Succeeded();
        Assert.True(await back.WithinLimitAsync("storage is back"));
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
            _breaker.Failed(Reset);
    }

    private void FailNextProbes(int count)
    {
        lock (_probes)
        {
            for (var i = 0; i < count; i++)
            {
                var failure = new TaskCompletionSource();
                failure.SetException(Reset);
                _probes.Enqueue(failure);
            }
        }
    }

    private (string Code, string Reason, string Message) Thrown()
    {
        var exception = Assert.Throws<StorageUnavailableException>(_breaker.ThrowIfAway);
        return (exception.Code, exception.Reason, exception.Message);
    }

    /// <summary>The next probe is sent after the pause and at most a quarter more.</summary>
    private async Task ProbeIsAsync(TimeSpan pause, bool answered)
    {
        var before = Volatile.Read(ref _probed);
        await _time.WhenArmedAsync(1);
        _time.Advance(pause - TimeSpan.FromMilliseconds(1));
        Assert.Equal(before, Volatile.Read(ref _probed));
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_probes)
            _probes.Enqueue(answer);
        _time.Advance((pause * 0.25) + TimeSpan.FromMilliseconds(1));
        await Eventually.TrueAsync(() => Volatile.Read(ref _probed) == before + 1, "a probe is sent");
        if (answered)
            answer.SetResult();
        else
            answer.SetException(Reset);
    }

    private Task ProbeAsync(CancellationToken cancellationToken)
    {
        lock (_probes)
        {
            Interlocked.Increment(ref _probed);
            return _probes.Dequeue().Task;
        }
    }

    /// <summary>One probe is sent, and what comes of it decides.</summary>
    private async Task AssertAwayIfOneProbeFailsAsync(TaskCompletionSource answer, bool answered)
    {
        await Eventually.TrueAsync(() => Volatile.Read(ref _probed) == 1, "a probe is sent");
        Assert.False(_breaker.IsAway);
        if (answered)
            answer.SetResult();
        else
            answer.SetException(Reset);

        if (!answered)
            await Eventually.TrueAsync(() => _breaker.IsAway, "storage is found away");
        Assert.Equal((!answered, 1), (_breaker.IsAway, Volatile.Read(ref _probed)));
    }
}
