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
    private TimerStatus? _status;

    /// <exception cref="HostStartException">The status cannot be read.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var pastDue = false;
        if (store is not null)
        {
            _status = await ReadAsync(store, cancellationToken);
            pastDue = _status is not null && schedule.Next(_status.Last ?? _status.UpdatedAt) <= now;
            if (_status is null)
                await KeepAsync(new TimerStatus(Last: null, schedule.Next(now), now));
        }

        _loop = Task.Run(() => RunAsync(pastDue, now), CancellationToken.None);
    }

    /// <summary>Starts no more runs, and returns when the one in flight has ended or the token fires.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(bool pastDue, DateTimeOffset started)
    {
        if (pastDue || runOnStartup)
            await InvokeAsync(pastDue);
        var after = started;
        while (schedule.Next(Later(after, clock.GetUtcNow())) is { } due)
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
            after = due;
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

        if (store is not null)
            await KeepAsync(new TimerStatus(start, schedule.Next(clock.GetUtcNow()), start));
    }

    private TimerInfo Information(bool isPastDue) => new()
    {
        IsPastDue = isPastDue,
        ScheduleStatus = _status is null ? null : new ScheduleStatus
        {
            Last = _status.Last?.UtcDateTime ?? default,
            Next = _status.Next?.UtcDateTime ?? default,
            LastUpdated = _status.UpdatedAt.UtcDateTime,
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
    private async Task KeepAsync(TimerStatus status)
    {
        _status = status;
        try
        {
            await store!.WriteAsync(function.Name, status, CancellationToken.None);
        }
        catch (Exception fault) when (fault is RequestFailedException or AggregateException)
        {
            LogNotKept(logger, function.Name, fault.Message);
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "The timer function '{Function}' failed.")]
    private static partial void LogFailed(ILogger logger, string function, Exception fault);

    [LoggerMessage(EventId = 402, Level = LogLevel.Warning, Message = "The status of the timer '{Function}' could not be kept: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string function, string reason);
}
