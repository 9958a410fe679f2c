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
        await _tables.EnsureTableAsync(_clients.NameOf(SettingsKeys.Table));
        await WriteAsync(cancellationToken);
        await _schema.OpenAsync(cancellationToken);
        _logger.Answers(Endpoint.GetLeftPart(UriPartial.Path));
    }

    /// <summary>
    /// For the health routes: storage answers, and the store's schema is still ours. Two small requests; none while storage is known to be away. What fails
    /// twice is away for all calls from then on.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It does not answer, or refuses; the message says what to do.</exception>
    /// <exception cref="StoreSchemaException">A newer release has upgraded the store.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        _breaker.ThrowIfAway();
        try
        {
            await ProbeAsync(cancellationToken);
        }
        catch (StorageUnavailableException exception) when (StorageFailures.IsUnclear(exception.InnerException!))
        {
            await ProbeAgainAsync(cancellationToken);
        }

        await _schema.CheckAsync(cancellationToken);
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

    /// <summary>Storage answers and lets us read.</summary>
    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _account.ProbeAsync(cancellationToken);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(Endpoint, exception);
        }
    }

    /// <summary>A role that only reads passes everything else.</summary>
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var row = new TableEntity(SettingsKeys.Partition, SettingsKeys.WriteCheck) { ["Schema"] = 1 };
            await _clients.Reading(_clients.NameOf(SettingsKeys.Table)).UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(Endpoint, exception);
        }
    }
}
