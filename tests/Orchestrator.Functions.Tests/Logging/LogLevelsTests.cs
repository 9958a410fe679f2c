using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Configuration;
using Orchestrator.Functions.Logging;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.TestKit.Time;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Logging;

public sealed class LogLevelsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryLogLevels _store = new();
    private readonly ServiceProvider _services;
    private readonly ILogger _logger;

    public LogLevelsTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Logging:LogLevel:Default", "Warning")]).Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<ILogLevelStore>(_store)
            .AddLogging(logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddProvider(new AnyProvider()))
            .AddOrchestratorLogging()
            .BuildServiceProvider();
        _logger = _services.GetRequiredService<ILoggerFactory>().CreateLogger("Orchestrator.Functions.Activities.AttemptRunner");
    }

    private LogLevelKeeper Keeper => _services.GetRequiredService<LogLevelKeeper>();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Set_OfACategoryAbove_HoldsAtOnceAndUntilItIsTakenBack()
    {
        Assert.False(_logger.IsEnabled(LogLevel.Information));

        await Keeper.SetAsync(new LevelOverride("Orchestrator.Functions", "Debug", null), CancellationToken.None);
        Assert.True(_logger.IsEnabled(LogLevel.Debug));
        Assert.False(_logger.IsEnabled(LogLevel.Trace));

        await Keeper.RemoveAsync("Orchestrator.Functions", CancellationToken.None);
        Assert.False(_logger.IsEnabled(LogLevel.Information));
    }

    [Fact]
    public async Task Set_ForAWhile_FallsBackByItself()
    {
        await Keeper.SetAsync(new LevelOverride("default", "Trace", _time.GetUtcNow() + TimeSpan.FromMinutes(30)), CancellationToken.None);
        Assert.True(_logger.IsEnabled(LogLevel.Trace));

        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromMilliseconds(2));
        Assert.True(_logger.IsEnabled(LogLevel.Trace));
        _time.Advance(TimeSpan.FromMilliseconds(4));

        Assert.False(_logger.IsEnabled(LogLevel.Information));
        Assert.Equal([], _services.GetRequiredService<LogLevels>().List());
    }

    [Fact]
    public async Task Read_SetAtAnotherProcess_HoldsHereTooAndWhatIsOverForLongIsForgotten()
    {
        _store.Levels["Orchestrator"] = new LevelOverride("Orchestrator", "Information", null);
        _store.Levels["Old"] = new LevelOverride("Old", "Trace", _time.GetUtcNow() - TimeSpan.FromHours(2));
        _store.Levels["Odd"] = new LevelOverride("Odd", "OfANewerRelease", null);

        await Keeper.ReadAsync(CancellationToken.None);

        Assert.True(_logger.IsEnabled(LogLevel.Information));
        Assert.False(_logger.IsEnabled(LogLevel.Debug));
        Assert.Equal(["Odd", "Orchestrator"], _store.Levels.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([new LevelOverride("Orchestrator", "Information", null)], _services.GetRequiredService<LogLevels>().List());
    }

    [Fact]
    public async Task Set_InAnotherCase_IsTheSameCategory()
    {
        await Keeper.SetAsync(new LevelOverride("Orchestrator.Functions", "Debug", null), CancellationToken.None);
        await Keeper.SetAsync(new LevelOverride("orchestrator.functions", "Trace", null), CancellationToken.None);

        Assert.Equal(2, _store.Levels.Count);
        Assert.Equal([new LevelOverride("orchestrator.functions", "Trace", null)], _services.GetRequiredService<LogLevels>().List());
        Assert.True(_logger.IsEnabled(LogLevel.Trace));
    }

    [Fact]
    public async Task Set_ForAWhile_SaysOnceWhenItIsOver()
    {
        var lines = new LogLines<LogLevelKeeper>();
        using var levels = new LogLevels(_time);
        using var keeper = new LogLevelKeeper(_store, levels, _time, lines);
        await keeper.SetAsync(new LevelOverride("Orchestrator", "Trace", _time.GetUtcNow() + TimeSpan.FromMinutes(30)), CancellationToken.None);

        _time.Advance(TimeSpan.FromMinutes(31));
        await keeper.ReadAsync(CancellationToken.None);

        Assert.Equal(["The level of the log for Orchestrator is that of the settings again."], lines.Lines(LogLevel.Information));
    }

    [Fact]
    public async Task Set_WhileOlderLevelsAreBeingRead_Holds()
    {
        var (asked, answer) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _store.BeforeAnswer = () =>
        {
            _store.BeforeAnswer = () => Task.CompletedTask;
            asked.SetResult();
            return answer.Task;
        };
        var reading = Keeper.ReadAsync(CancellationToken.None);
        await asked.Task;

        var setting = Keeper.SetAsync(new LevelOverride("Orchestrator", "Debug", null), CancellationToken.None);
        answer.SetResult();
        await Task.WhenAll(reading, setting);

        Assert.Equal([new LevelOverride("Orchestrator", "Debug", null)], _services.GetRequiredService<LogLevels>().List());
    }

    [Fact]
    public async Task Run_ReadingFailsInAnUnknownWay_SaysSoAndGoesOn()
    {
        var lines = new LogLines<LogLevelKeeper>();
        using var levels = new LogLevels(_time);
        using var keeper = new LogLevelKeeper(_store, levels, _time, lines);
        _store.BeforeAnswer = () => throw new InvalidOperationException("It is a bug.");

        await keeper.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => lines.Lines(LogLevel.Error).Count == 1, "the failure is logged");
        _store.BeforeAnswer = () => Task.CompletedTask;
        _store.Levels["Orchestrator"] = new LevelOverride("Orchestrator", "Debug", null);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(LogLevelKeeper.Interval);
                return levels.List().Count == 1;
            },
            "the levels are read at one of the next ticks");

        Assert.Equal(["The levels of the log that were set could not be put in force; they stay as they are known."], lines.Lines(LogLevel.Error));
        await keeper.StopAsync(CancellationToken.None);
        Assert.True(keeper.ExecuteTask!.IsCompletedSuccessfully);
    }

    /// <summary>Takes whatever the filters let pass.</summary>
    private sealed class AnyProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
