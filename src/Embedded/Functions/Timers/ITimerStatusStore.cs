namespace Embedded.Functions.Timers;

/// <summary>Keeps the status of timers.</summary>
internal interface ITimerStatusStore
{
    /// <summary>The status; null if none was kept.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage refused.</exception>
    Task<TimerStatus?> ReadAsync(string functionName, CancellationToken cancellationToken);

    /// <exception cref="Azure.RequestFailedException">Storage refused.</exception>
    Task WriteAsync(string functionName, TimerStatus status, CancellationToken cancellationToken);
}
