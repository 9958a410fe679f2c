using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orchestrator.Storage.Tables;

/// <summary>The account that the tables are in, and how it lets us in.</summary>
internal sealed class TableAccount
{
    /// <summary>How long a probe waits for an answer.</summary>
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(2);

    private readonly StorageOptions _options;
    private readonly IServiceProvider _services;
    private readonly Lazy<TableServiceClient> _probing;

    public TableAccount(IOptions<StorageOptions> options, IServiceProvider services)
    {
        _options = options.Value;
        _services = services;
        _probing = new Lazy<TableServiceClient>(() => Connect(ProbeOptions()));
    }

    /// <summary>The service's address, without credentials.</summary>
    public Uri Endpoint => _probing.Value.Uri;

    /// <summary>Makes a client of the account. Options whose connection string cannot be read are refused before.</summary>
    public TableServiceClient Connect(TableClientOptions clientOptions)
    {
        if (_options.Endpoint is { } endpoint)
            return new TableServiceClient(endpoint, _services.GetRequiredService<TokenCredential>(), clientOptions);
        return new TableServiceClient(_options.ConnectionString!, clientOptions);
    }

    /// <summary>Asks for the name of one table: once, on a connection of its own, which no other call keeps busy, and whatever is known of storage.</summary>
    /// <exception cref="Azure.RequestFailedException">Storage refuses, or does not answer.</exception>
    public async Task ProbeAsync(CancellationToken cancellationToken)
    {
        await using var tables = _probing.Value.QueryAsync(filter: (string?)null, maxPerPage: 1, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await tables.MoveNextAsync();
    }

    private static TableClientOptions ProbeOptions()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, MaxConnectionsPerServer = 2, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var options = new TableClientOptions { Transport = new HttpClientTransport(handler) };
        options.Retry.MaxRetries = 0;
        options.Retry.NetworkTimeout = ProbeLimit;
        return options;
    }
}
