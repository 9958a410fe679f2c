using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Orchestrator.Storage.Outages;

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

    public TableClients(
        IOptions<StorageOptions> options, TableAccount account, StorageMetrics metrics, StorageBreaker breaker, RetryBudget retries, TimeProvider time)
    {
        var value = options.Value;
        _prefix = value.TablePrefix;
        Retries = retries;
        _readingService = account.Connect(Options(value, ReadRetries));
        _writingService = account.Connect(Options(value, 0));

        TableClientOptions Options(StorageOptions storage, int maxRetries)
        {
            var clientOptions = new TableClientOptions
            {
                Transport = new HttpClientTransport(NewHandler()),
                RetryPolicy = new BudgetedRetries(maxRetries, storage.RequestTimeout, retries, metrics, time),
            };
            clientOptions.Retry.NetworkTimeout = storage.RequestTimeout;
            clientOptions.AddPolicy(new BreakerPolicy(breaker, metrics), HttpPipelinePosition.PerRetry);
            clientOptions.AddPolicy(new RequestCountingPolicy(metrics, time), HttpPipelinePosition.PerRetry);
            return clientOptions;
        }
    }

    /// <summary>What may be sent again by whoever knows what a lost answer of a write means.</summary>
    public RetryBudget Retries { get; }

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
}
