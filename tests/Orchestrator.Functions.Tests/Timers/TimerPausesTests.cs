using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Timers;

namespace Orchestrator.Functions.Tests.Timers;

public sealed class TimerPausesTests
{
    private const string Paused = "Timers and sweeps pause: storage is away.";
    private const string Resumed = "Timers and sweeps run again: storage is back.";

    private readonly MemoryAvailability _storage = new(TimeProvider.System);
    private readonly LogLines<TimerPauses> _logs = new();
    private readonly TimerPauses _pauses;
    private int _runs;

    public TimerPausesTests() => _pauses = new TimerPauses(_storage, _logs);

    [Fact]
    public async Task Run_StorageThere_RunsAndLogsNothing()
    {
        await RunAsync("A");

        Assert.Equal((1, 0, 0, 0), (_runs, Count(LogLevel.Warning), Count(LogLevel.Debug), Count(LogLevel.Information)));
    }

    [Fact]
    public async Task Run_StorageAwayForRounds_LeftOutAndSaidOnceAtBothEnds()
    {
        _storage.GoAway();
        await RunAsync("A");
        await RunAsync("B");
        await RunAsync("A");
        Assert.Equal((0, 0), (_runs, Count(LogLevel.Information)));

        _storage.ComeBack();
        await RunAsync("B");
        await RunAsync("A");

        Assert.Equal(2, _runs);
        Assert.Equal([Paused], _logs.Lines(LogLevel.Warning));
        Assert.Equal(["A", "B", "A"], _logs.Lines(LogLevel.Debug).Select(line => line.Split(' ')[3]));
        Assert.Equal([Resumed], _logs.Lines(LogLevel.Information));
    }

    [Fact]
    public async Task Run_StorageAwayASecondTime_SaidAgain()
    {
        for (var outage = 0; outage < 2; outage++)
        {
            _storage.GoAway();
            await RunAsync("A");
            _storage.ComeBack();
            await RunAsync("A");
        }

        Assert.Equal([Paused, Paused], _logs.Lines(LogLevel.Warning));
        Assert.Equal([Resumed, Resumed], _logs.Lines(LogLevel.Information));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_StorageGoesAwayMeanwhile_IsNoFailure(bool isBackByThen)
    {
        await _pauses.RunAsync("A", () =>
        {
            _storage.GoAway();
            if (isBackByThen)
                _storage.ComeBack();
            throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "away");
        });

        Assert.Equal([Paused], _logs.Lines(LogLevel.Warning));
    }

    [Fact]
    public async Task Run_FailsWithStorageThere_Fails()
    {
        var failure = new InvalidOperationException("a bug");

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => _pauses.RunAsync("A", () => throw failure)));
        Assert.Equal(0, Count(LogLevel.Warning));
    }

    private Task RunAsync(string timer) => _pauses.RunAsync(timer, () => Task.FromResult(_runs++));

    private int Count(LogLevel level) => _logs.Lines(level).Count;
}
