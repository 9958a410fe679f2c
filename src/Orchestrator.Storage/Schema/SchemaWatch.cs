using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;

namespace Orchestrator.Storage.Schema;

/// <summary>
/// Looks every <see cref="Interval"/> whether a newer release has upgraded the store beneath this process, which then has to leave it alone. Health may never be
/// asked, and no row of a task says so.
/// </summary>
internal sealed class SchemaWatch(StorageCheck check, TimeProvider time, ILogger<SchemaWatch> logger) : BackgroundService
{
    /// <summary>How often: one small request each.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await check.WatchAsync(stoppingToken);
            }
            catch (StoreSchemaException)
            {
                // It is logged, and there is nothing more to see.
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.NotSeen(exception);
            }
        }
    }
}
