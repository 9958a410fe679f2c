using System.Collections.Concurrent;
using Orchestrator.Storage.Keys;
using Orchestrator.Tasks;

namespace Orchestrator.Storage.Tables;

/// <summary>Makes sure, once per process, that a table is there.</summary>
internal sealed class DayTables
{
    private readonly ConcurrentDictionary<string, Lazy<Task>> _tables = new(StringComparer.Ordinal);
    private readonly TableClients _clients;

    public DayTables(TableClients clients) => _clients = clients;

    /// <summary>Full name of the table of a task.</summary>
    public string NameOf(TaskId id) => NameOf(id.Day, id.Shard);

    /// <summary>Full name of the table of a day and shard.</summary>
    public string NameOf(DateOnly day, int shard) => _clients.NameOf(TaskKeys.Table(day, shard));

    /// <summary>Creates the table of a day and shard unless it is there.</summary>
    public Task EnsureTableAsync(DateOnly day, int shard) => EnsureTableAsync(NameOf(day, shard));

    /// <summary>Creates a table unless it is there: one run for all who ask at the same time and later; a failed one is forgotten.</summary>
    public async Task EnsureTableAsync(string fullName)
    {
        var lazy = _tables.GetOrAdd(fullName, static (name, tables) => new Lazy<Task>(() => tables.CreateAsync(name)), this);
        try
        {
            await lazy.Value;
        }
        catch (Exception exception)
        {
            _tables.TryRemove(new KeyValuePair<string, Lazy<Task>>(fullName, lazy));
            if (StorageFailures.IsUnavailable(exception))
                throw StorageFailures.Describe(_clients.Endpoint, exception);
            throw;
        }
    }

    private async Task CreateAsync(string fullName) => await _clients.Service.CreateTableIfNotExistsAsync(fullName, CancellationToken.None);
}
