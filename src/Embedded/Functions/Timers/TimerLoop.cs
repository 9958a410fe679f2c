using Azure;
using Embedded.Functions.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Timers;

/// <summary>
/// Runs one timer function, one run at a time: at once if a run is past due or it is to run on start, then whenever the
/// schedule says. A run that fails is logged and not repeated. A run cut off by a crash is past due at the next start.
/// </summary>
/// <param name="store">Null for a timer that is not monitored.</param>
internal sealed partial class TimerLoop(
    TriggeredFunction function, TimerSchedule schedule, bool runOnStartup, ITimerStatusStore? store, TimeProvider clock, ILogger logger) : IDisposable
{
    /// <summary>The longest wait in one piece, so that a clock set anew is noticed.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>As of the last run, or of the start before the first one. What a run is shown: its <see cref="TimerStatus.Next"/> is the time of that run.</summary>
    private TimerStatus _status = new(Last: null, Next: null, default);

    /// <exception cref="HostStartException">The status cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        _status = _status with { Next = schedule.Next(now) };
        if (store is not null)
            await TakeUpAsync(store, now, cancellationToken);

        var pastDue = _status.Next < now;
        _loop = Task.Run(() => RunAsync(pastDue), CancellationToken.None);
    }

    /// <summary>Starts no more runs, and returns when the one in flight has ended or the token fires.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Goes on from the status that was kept; keeps one at the very first start, so that a run missed from now on is known.</summary>
    private async Task TakeUpAsync(ITimerStatusStore from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await ReadAsync(from, cancellationToken) is not { } kept)
        {
            await WriteAsync(_status with { UpdatedAt = now });
            return;
        }

        _status = kept.Under(schedule, now);
        if (_status != kept)
            await WriteAsync(_status);
    }

    private async Task RunAsync(bool pastDue)
    {
        if (pastDue || runOnStartup)
            await InvokeAsync(pastDue);

        // From the start of a run, not its end: one that lasted beyond the next time is followed by another at once, which is not past due.
        while (_status.Next is { } due)
        {
            try
            {
                await WaitUntilAsync(due);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await InvokeAsync(isPastDue: false);
        }
    }

    private async Task WaitUntilAsync(DateTimeOffset due)
    {
        _stop.Token.ThrowIfCancellationRequested();
        while (due - clock.GetUtcNow() is { } left && left > TimeSpan.Zero)
            await Task.Delay(left < LongestWait ? left : LongestWait, clock, _stop.Token);
    }

    private async Task InvokeAsync(bool isPastDue)
    {
        var start = clock.GetUtcNow();
        try
        {
            await function.InvokeAsync(new TriggerInvocation { Value = Information(isPastDue) }, CancellationToken.None);
        }
        catch (Exception fault)
        {
            LogFailed(logger, function.Name, fault);
        }

        _status = new TimerStatus(start, schedule.Next(start), start);
        if (store is not null)
            await WriteAsync(_status);
    }

    /// <summary>Times are local, as the real host gives them.</summary>
    private TimerInfo Information(bool isPastDue) => new()
    {
        IsPastDue = isPastDue,
        ScheduleStatus = store is null ? null : new ScheduleStatus
        {
            Last = (_status.Last ?? default).LocalDateTime,
            Next = (_status.Next ?? default).LocalDateTime,
            LastUpdated = _status.UpdatedAt.LocalDateTime,
        },
    };

    private async Task<TimerStatus?> ReadAsync(ITimerStatusStore from, CancellationToken cancellationToken)
    {
        try
        {
            return await from.ReadAsync(function.Name, cancellationToken);
        }
        catch (Exception fault) when (fault is RequestFailedException or AggregateException)
        {
            throw new HostStartException(
                $"The status of the timer '{function.Name}' cannot be read from table storage: {fault.Message.Split('\n')[0].Trim()} "
                + "Start the storage emulator (npx azurite), or set AzureWebJobsStorage to a storage account.", fault);
        }
    }

    /// <summary>A status that cannot be kept costs no run: at worst one is made up for that was not missed.</summary>
    private async Task WriteAsync(TimerStatus status)
    {
        try
        {
            await store!.WriteAsync(function.Name, status, CancellationToken.None);
        }
        catch (Exception fault)
        {
            LogNotKept(logger, function.Name, fault.Message);
        }
    }

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "The timer function '{Function}' failed.")]
    private static partial void LogFailed(ILogger logger, string function, Exception fault);

    [LoggerMessage(EventId = 402, Level = LogLevel.Warning, Message = "The status of the timer '{Function}' could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string function, string reason);
}
