using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Storage.Outages;
using Orchestrator.Storage.Schema;
using Orchestrator.Storage.Settings;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage;

/// <summary>Sees whether the table service works for us: at start, and for the health routes.</summary>
public sealed class StorageCheck
{
    /// <summary>How often storage is asked at start before its silence stops the program.</summary>
    private const int StartTries = 5;

    private readonly TableAccount _account;
    private readonly TableClients _clients;
    private readonly StorageBreaker _breaker;
    private readonly DayTables _tables;
    private readonly StoreSchema _schema;
    private readonly ILogger<StorageCheck> _logger;

    internal StorageCheck(TableAccount account, TableClients clients, StorageBreaker breaker, DayTables tables, StoreSchema schema, ILogger<StorageCheck> logger)
    {
        _account = account;
        _clients = clients;
        _breaker = breaker;
        _tables = tables;
        _schema = schema;
        _logger = logger;
    }

    /// <summary>Address of the table service, without credentials.</summary>
    public Uri Endpoint => _account.Endpoint;

    /// <summary>At start: storage answers, lets us read and write, and the store's schema is ours, after an upgrade if need be.</summary>
    /// <exception cref="StorageUnavailableException">It does not answer, or refuses; the message says what to do.</exception>
    /// <exception cref="StoreSchemaException">The store is of a newer release.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await AnsweredAsync(cancellationToken);
        await WriteAsync(() => _tables.EnsureTableAsync(_clients.NameOf(SettingsKeys.Table)), cancellationToken);
        await WriteAsync(() => WriteRowAsync(cancellationToken), cancellationToken);
        await _schema.OpenAsync(cancellationToken);
        _logger.Answers(Endpoint.GetLeftPart(UriPartial.Path));
    }

    /// <summary>Says what a start would find, without starting: storage answers, lets us read and write, and the store's schema is not newer than ours. Creates no table.</summary>
    /// <exception cref="StorageUnavailableException">It does not answer, or refuses; the message says what to do.</exception>
    /// <exception cref="StoreSchemaException">The store is of a newer release.</exception>
    public async Task TryAsync(CancellationToken cancellationToken)
    {
        await ProbeAsync(cancellationToken);
        try
        {
            await WriteAsync(() => WriteRowAsync(cancellationToken), cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            // There is no store yet, and who may not write is told that first.
        }

        await _schema.CheckAsync(cancellationToken);
    }

    /// <summary>
    /// For the health routes: storage answers, and the store's schema is still ours. Two small requests; none while storage is known to be away. What fails
    /// twice, or does not answer whoever can wait no longer and a probe after that, is away for all calls from then on.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for storage.</param>
    /// <exception cref="StorageUnavailableException">It does not answer, or refuses; the message says what to do.</exception>
    /// <exception cref="StoreSchemaException">A newer release has upgraded the store.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        _breaker.ThrowIfAway();
        try
        {
            await ProbeTwiceAsync(cancellationToken);
            await WatchAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _breaker.Doubt();
            throw;
        }
    }

    /// <summary>
    /// Looks whether a newer release has upgraded the store, or is about to. Then this process writes no more, for it would write what no longer fits: to it
    /// storage is away until it ends.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Storage does not answer, or refuses.</exception>
    /// <exception cref="StoreSchemaException">The store is of a newer release.</exception>
    internal async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _schema.CheckAsync(cancellationToken);
        }
        catch (StoreSchemaException newer)
        {
            if (_breaker.Leave(new StorageUnavailableException(Endpoint, newer.Message, newer) { Reason = newer.Code }))
                _logger.Newer(newer.Message);
            throw;
        }
    }

    /// <summary>Storage answers. One that is slow, for it has just been started itself, is asked again.</summary>
    private async Task AnsweredAsync(CancellationToken cancellationToken)
    {
        for (var i = 1; ; i++)
        {
            try
            {
                await ProbeAsync(cancellationToken);
                return;
            }
            catch (StorageUnavailableException exception) when (exception.InnerException is OperationCanceledException && i < StartTries)
            {
                _logger.SlowAtStart(Endpoint.GetLeftPart(UriPartial.Path), i, StartTries);
            }
        }
    }

    private async Task ProbeTwiceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ProbeAsync(cancellationToken);
        }
        catch (StorageUnavailableException exception) when (StorageFailures.IsUnclear(exception.InnerException!))
        {
            await ProbeAgainAsync(cancellationToken);
        }
    }

    private async Task ProbeAgainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ProbeAsync(cancellationToken);
        }
        catch (StorageUnavailableException exception) when (StorageFailures.IsUnclear(exception.InnerException!))
        {
            _breaker.FoundAway(exception.InnerException!);
            throw;
        }
    }

    /// <summary>Storage answers and lets us read. An answer that table storage does not give is none.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _account.ProbeAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(Endpoint, exception);
        }
    }

    /// <summary>Tries whether we may write, now that we may read: a role that only reads passes everything else.</summary>
    private async Task WriteAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await write();
        }
        catch (Exception exception) when ((exception as RequestFailedException ?? exception.InnerException) is RequestFailedException { Status: 401 or 403 } refused)
        {
            throw StorageDiagnosis.ReadOnly(Endpoint, refused);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(Endpoint, exception);
        }
    }

    private async Task WriteRowAsync(CancellationToken cancellationToken)
    {
        var row = new TableEntity(SettingsKeys.Partition, SettingsKeys.WriteCheck) { ["Schema"] = 1 };
        await _clients.Reading(_clients.NameOf(SettingsKeys.Table)).UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
    }
}
