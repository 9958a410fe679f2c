using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;

namespace Orchestrator.Storage.Tables;

/// <summary>The clients of the table service: one kind that tries reads again, and one that sends every write once, as only we can tell what a lost answer means.</summary>
internal sealed class TableClients
{
    /// <summary>
    /// Most requests of each kind on their way at one time. What is more waits, at most for the time of a request: a storage that is slow gets
    /// no slower by what piles up before it, and reads do not hold up writes.
    /// </summary>
    public const int RequestsAtOnce = 64;

    private const int ReadRetries = 3;

    private readonly ConcurrentDictionary<string, TableClient> _reading = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TableClient> _writing = new(StringComparer.Ordinal);
    private readonly TableServiceClient _readingService;
    private readonly TableServiceClient _writingService;
    private readonly string _prefix;

    public TableClients(IOptions<StorageOptions> options, StorageMetrics metrics, IServiceProvider services)
    {
        var value = options.Value;
        _prefix = value.TablePrefix;
        _readingService = Connect(value, metrics, services, ReadRetries);
        _writingService = Connect(value, metrics, services, 0);
    }

    /// <summary>The service, for tables themselves. Retries.</summary>
    public TableServiceClient Service => _readingService;

    /// <summary>The service's address, without credentials.</summary>
    public Uri Endpoint => _readingService.Uri;

    /// <summary>Full name of a table.</summary>
    public string NameOf(string table) => _prefix + table;

    /// <summary>A table to read from; <paramref name="fullName"/> with prefix. Retries.</summary>
    public TableClient Reading(string fullName) =>
        _reading.GetOrAdd(fullName, static (name, service) => service.GetTableClient(name), _readingService);

    /// <summary>A table to write to; <paramref name="fullName"/> with prefix. Sends once.</summary>
    public TableClient Writing(string fullName) =>
        _writing.GetOrAdd(fullName, static (name, service) => service.GetTableClient(name), _writingService);

    /// <summary>As the clients make their own, but bounded. They live as long as the process, and so does it.</summary>
    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxConnectionsPerServer = RequestsAtOnce,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    private static TableServiceClient Connect(StorageOptions options, StorageMetrics metrics, IServiceProvider services, int retries)
    {
        var clientOptions = new TableClientOptions { Transport = new HttpClientTransport(NewHandler()) };
        clientOptions.Retry.MaxRetries = retries;
        clientOptions.Retry.Mode = RetryMode.Exponential;
        clientOptions.Retry.Delay = TimeSpan.FromMilliseconds(100);
        clientOptions.Retry.MaxDelay = TimeSpan.FromSeconds(1);
        clientOptions.Retry.NetworkTimeout = options.RequestTimeout;
        clientOptions.AddPolicy(new RequestCountingPolicy(metrics), HttpPipelinePosition.PerRetry);

        if (options.Endpoint is { } endpoint)
            return new TableServiceClient(endpoint, services.GetRequiredService<TokenCredential>(), clientOptions);

        try
        {
            return new TableServiceClient(options.ConnectionString!, clientOptions);
        }
        catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
        {
            // Its message may hold the key; ours must not.
            throw new StorageUnavailableException(
                new Uri("about:blank"),
                $"The storage connection string ({StorageOptions.SectionName}:ConnectionString or AzureWebJobsStorage) is not one that can be read; "
                + "copy it anew from the storage account, or use UseDevelopmentStorage=true for Azurite.");
        }
    }
}
