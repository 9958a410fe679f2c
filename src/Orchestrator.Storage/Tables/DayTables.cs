using System.Collections.Concurrent;
using Azure.Data.Tables;
using Orchestrator.Storage.Keys;

namespace Orchestrator.Storage.Tables;

/// <summary>Makes sure, once per process, that a day's table is there and that the days table names each day and shard before it gets rows.</summary>
internal sealed class DayTables
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(DateOnly Day, int Shard), Lazy<Task>> _days = new();
    private readonly TableClients _clients;

    public DayTables(TableClients clients) => _clients = clients;

    /// <summary>Full name of a day's table.</summary>
    public string NameOf(DateOnly day) => _clients.NameOf(TaskKeys.Table(day));

    /// <summary>Creates a table that is not a day's, unless it is there.</summary>
    public Task EnsureTableAsync(string fullName) => OnceAsync(_tables, fullName, CreateAsync);

    /// <summary>Creates a day's table unless it is there.</summary>
    public Task EnsureTableAsync(DateOnly day) => EnsureTableAsync(NameOf(day));

    /// <summary>Prepares a day and shard for its first row.</summary>
    public Task EnsureShardAsync(DateOnly day, int shard) => OnceAsync(_days, (day, shard), RegisterAsync);

    private async Task CreateAsync(string fullName) => await _clients.Service.CreateTableIfNotExistsAsync(fullName, CancellationToken.None);

    private async Task RegisterAsync((DateOnly Day, int Shard) place)
    {
        var days = _clients.NameOf(DayKeys.Table);
        await Task.WhenAll(EnsureTableAsync(place.Day), EnsureTableAsync(days));

        // The same row whoever writes it, and however often: retries do no harm.
        var row = new TableEntity(DayKeys.Partition, DayKeys.Row(place.Day, place.Shard)) { ["Schema"] = 1 };
        await _clients.Reading(days).UpsertEntityAsync(row, TableUpdateMode.Merge, CancellationToken.None);
    }

    /// <summary>One run for all who ask at the same time and later; a failed one is forgotten.</summary>
    private async Task OnceAsync<TKey>(ConcurrentDictionary<TKey, Lazy<Task>> done, TKey key, Func<TKey, Task> run)
        where TKey : notnull
    {
        var lazy = done.GetOrAdd(key, static (key, run) => new Lazy<Task>(() => run(key)), run);
        try
        {
            await lazy.Value;
        }
        catch (Exception exception)
        {
            done.TryRemove(new KeyValuePair<TKey, Lazy<Task>>(key, lazy));
            if (StorageFailures.IsUnavailable(exception))
                throw StorageFailures.Describe(_clients.Endpoint, exception);
            throw;
        }
    }
}
