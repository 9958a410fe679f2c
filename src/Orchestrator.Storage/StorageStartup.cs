using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Segments;
using Orchestrator.Storage.Tables;
using Orchestrator.Tasks;

namespace Orchestrator.Storage;

/// <summary>
/// Before anything else of the program starts: checks storage and creates the tables that are needed first. Then creates each
/// day's tables the evening before, so that midnight costs nobody a wait; and at the end says that its segments are closed.
/// </summary>
internal sealed class StorageStartup : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    /// <summary>Time of day (UTC) from which on tomorrow's tables are created.</summary>
    private static readonly TimeSpan Evening = TimeSpan.FromHours(22);

    private readonly StorageCheck _check;
    private readonly TableClients _clients;
    private readonly DayTables _tables;
    private readonly TaskIdSource _ids;
    private readonly SegmentRegister _segments;
    private readonly TimeProvider _time;
    private readonly ILogger<StorageStartup> _logger;

    public StorageStartup(StorageCheck check, TableClients clients, DayTables tables, TaskIdSource ids, SegmentRegister segments, TimeProvider time, ILogger<StorageStartup> logger)
    {
        _check = check;
        _clients = clients;
        _tables = tables;
        _ids = ids;
        _segments = segments;
        _time = time;
        _logger = logger;
    }

    /// <exception cref="Errors.StorageUnavailableException">Storage does not work; the program must not start.</exception>
    /// <exception cref="Errors.StoreSchemaException">The store is of a newer release; the program must not start.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await _check.OpenAsync(cancellationToken);
        string[] tables = [DayKeys.Table, IdempotencyKeys.Table, DeadLetterKeys.Table, TaskTypeKeys.Table, WakeKeys.Table, SlotQueueKeys.Table, ApiKeyKeys.Table, AuditKeys.Table];
        await Task.WhenAll([.. _ids.NextShards.Select(shard => _tables.EnsureTableAsync(Today(), shard)), .. tables.Select(table => _tables.EnsureTableAsync(_clients.NameOf(table)))]);
        _logger.Ready(_clients.Endpoint.GetLeftPart(UriPartial.Path));
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>When nothing can submit tasks any more.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (segment, closedAt) in _ids.Close())
                await _segments.CloseAsync(segment, closedAt).WaitAsync(CloseLimit, _time, cancellationToken);
        }
        catch (Exception exception)
        {
            // Then lists look into the segments until their period ends.
            _logger.NotClosed(exception);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await EnsureTomorrowAsync();
            }
            catch (Exception exception)
            {
                // The next hour tries again, and so does the first write of the day.
                _logger.DayTableFailed(exception);
            }
        }
    }

    private Task EnsureTomorrowAsync()
    {
        var tomorrow = Today().AddDays(1);
        return _time.GetUtcNow().TimeOfDay < Evening
            ? Task.CompletedTask
            : Task.WhenAll(Enumerable.Range(TaskShards.First, TaskKeys.TablesPerDay).Select(shard => _tables.EnsureTableAsync(tomorrow, shard)));
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);
}
