using Microsoft.Extensions.Logging;
using Orchestrator.Availability;

namespace Orchestrator.Functions.Timers;

/// <summary>
/// Runs timers while storage is there. A round that it is away for is left out and counts as over, as the next one does the same work; the log says so once when
/// it begins and once when it is over, and not for each timer and round.
/// </summary>
internal sealed partial class TimerPauses(IStorageAvailability storage, ILogger<TimerPauses> logger)
{
    private int _isPaused;

    /// <summary>Runs a timer. What fails while storage is there, fails.</summary>
    public async Task RunAsync(string timer, Func<Task> run)
    {
        // Asked for first: it fires even if storage is back by the time the timer has failed.
        var away = storage.Away;
        if (storage.IsAway)
        {
            Pause(timer, exception: null);
            return;
        }

        if (Interlocked.Exchange(ref _isPaused, 0) == 1)
            LogResumed();
        try
        {
            await run();
        }
        catch (Exception exception) when (away.IsCancellationRequested)
        {
            Pause(timer, exception);
        }
    }

    private void Pause(string timer, Exception? exception)
    {
        if (Interlocked.Exchange(ref _isPaused, 1) == 0)
            LogPaused();
        LogLeftOut(exception, timer);
    }

    [LoggerMessage(4550, LogLevel.Warning, "Timers and sweeps pause: storage is away.")]
    private partial void LogPaused();

    [LoggerMessage(4551, LogLevel.Debug, "The round of {Timer} is left out, as storage is away.")]
    private partial void LogLeftOut(Exception? exception, string timer);

    [LoggerMessage(4552, LogLevel.Information, "Timers and sweeps run again: storage is back.")]
    private partial void LogResumed();
}
