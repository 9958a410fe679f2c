using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage;

/// <summary>Sees whether the table service works for us: at start, and for the health route.</summary>
public sealed class StorageCheck
{
    private readonly TableClients _clients;
    private readonly ILogger<StorageCheck> _logger;
    private readonly TimeProvider _time;

    /// <summary>Time after which a service counts as one that does not answer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    internal StorageCheck(TableClients clients, ILogger<StorageCheck> logger, TimeProvider time)
    {
        _clients = clients;
        _logger = logger;
        _time = time;
    }

    /// <summary>Address of the table service, without credentials.</summary>
    public Uri Endpoint => _clients.Endpoint;

    /// <summary>Asks the service for one table's name.</summary>
    /// <exception cref="StorageUnavailableException">It does not answer within 5 s, or refuses; the message says what to do.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var tables = _clients.Service.QueryAsync(filter: (string?)null, maxPerPage: 1, either.Token).GetAsyncEnumerator(either.Token);
            await using (tables)
                await tables.MoveNextAsync();
            _logger.Answers(_clients.Endpoint.GetLeftPart(UriPartial.Path));
        }
        catch (Exception exception) when (StorageFailures.IsUnavailable(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw StorageFailures.Describe(_clients.Endpoint, exception);
        }
    }
}
