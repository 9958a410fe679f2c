using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage;

/// <summary>
/// Before anything else of the program starts: checks storage and creates the tables. Then creates each day's table the
/// day before, so that midnight costs nobody a wait.
/// </summary>
internal sealed class StorageStartup : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    private readonly StorageCheck _check;
    private readonly TableClients _clients;
    private readonly DayTables _tables;
    private readonly TimeProvider _time;
    private readonly ILogger<StorageStartup> _logger;

    public StorageStartup(StorageCheck check, TableClients clients, DayTables tables, TimeProvider time, ILogger<StorageStartup> logger)
    {
        _check = check;
        _clients = clients;
        _tables = tables;
        _time = time;
        _logger = logger;
    }

    /// <exception cref="Errors.StorageUnavailableException">Storage does not work; the program must not start.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await _check.CheckAsync(cancellationToken);
        string[] tables = [DayKeys.Table, IdempotencyKeys.Table, DeadLetterKeys.Table, WakeKeys.Table];
        await Task.WhenAll([EnsureDaysAsync(), .. tables.Select(table => _tables.EnsureTableAsync(_clients.NameOf(table)))]);
        _logger.Ready(_clients.Endpoint.GetLeftPart(UriPartial.Path));
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await EnsureDaysAsync();
            }
            catch (Exception exception)
            {
                // The next hour tries again, and so does the first write of the day.
                _logger.DayTableFailed(exception);
            }
        }
    }

    private Task EnsureDaysAsync()
    {
        var today = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
        return Task.WhenAll(_tables.EnsureTableAsync(today), _tables.EnsureTableAsync(today.AddDays(1)));
    }
}
