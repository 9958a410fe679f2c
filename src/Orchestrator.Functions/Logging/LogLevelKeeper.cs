using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Configuration;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Logging;

/// <summary>
/// Sets levels of the log for all processes of the app: they are kept in storage, which each process reads every 10 s. The process that is asked heeds it at once.
/// </summary>
public sealed partial class LogLevelKeeper : BackgroundService
{
    /// <summary>How often a process looks what was set at another.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ILogLevelStore _store;
    private readonly LogLevels _levels;
    private readonly TimeProvider _time;
    private readonly ILogger<LogLevelKeeper> _logger;

    /// <summary>Lets one read at a time: what was read before a level was set must not be put in force after it.</summary>
    private readonly SemaphoreSlim _reading = new(1);

    /// <summary>Creates the keeper.</summary>
    public LogLevelKeeper(ILogLevelStore store, LogLevels levels, TimeProvider time, ILogger<LogLevelKeeper> logger)
    {
        _store = store;
        _levels = levels;
        _time = time;
        _logger = logger;
        _levels.TellOver(LogDropped);
    }

    /// <summary>Sets a level everywhere; returns when it is in force here.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not work; nothing has changed.</exception>
    public async Task SetAsync(LevelOverride level, CancellationToken cancellationToken)
    {
        await _store.SetAsync(level, cancellationToken);
        await ReadAsync(cancellationToken);
    }

    /// <summary>Has the settings hold again for a category.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not work; nothing has changed.</exception>
    public async Task RemoveAsync(string category, CancellationToken cancellationToken)
    {
        await _store.RemoveAsync(category, cancellationToken);
        await ReadAsync(cancellationToken);
    }

    /// <summary>Reads what is kept, and puts it in force. What is over for long is forgotten.</summary>
    /// <exception cref="StorageUnavailableException">Storage does not work.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<LevelOverride> kept;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            kept = await _store.ListAsync(cancellationToken);
            var (set, dropped) = _levels.Replace(kept);
            foreach (var level in set)
                LogSet(level.Category, level.Level, level.Until?.UtcDateTime.ToString("O") ?? "it is taken back");
            LogDropped(dropped);
        }
        finally
        {
            _reading.Release();
        }

        // Clocks differ a little: not before every process must have found it over.
        var longOver = _time.GetUtcNow() - TimeSpan.FromHours(1);
        foreach (var level in kept.Where(level => level.Until < longOver))
            await _store.RemoveAsync(level.Category, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _levels.TellOver(null);
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        do
        {
            try
            {
                await ReadAsync(stoppingToken);
            }
            catch (OrchestratorException exception)
            {
                LogNotRead(exception);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // How much is logged is not worth the process: the host ends it when this service fails.
                LogFailed(exception);
            }
        }
        while (await TickAsync(timer, stoppingToken));
    }

    private static async ValueTask<bool> TickAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void LogDropped(IReadOnlyList<string> categories)
    {
        foreach (var category in categories)
            LogDropped(category);
    }

    [LoggerMessage(4900, LogLevel.Warning, "The level of the log is {Level} for {Category} until {Until}.")]
    private partial void LogSet(string category, string level, string until);

    [LoggerMessage(4901, LogLevel.Information, "The level of the log for {Category} is that of the settings again.")]
    private partial void LogDropped(string category);

    [LoggerMessage(4902, LogLevel.Debug, "The levels of the log that were set could not be read; they stay as they are known.")]
    private partial void LogNotRead(Exception exception);

    [LoggerMessage(4903, LogLevel.Error, "The levels of the log that were set could not be put in force; they stay as they are known.")]
    private partial void LogFailed(Exception exception);
}
