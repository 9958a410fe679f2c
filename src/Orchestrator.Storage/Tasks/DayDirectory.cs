using System.Runtime.CompilerServices;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Tasks;

/// <summary>A day and its shards that hold tasks.</summary>
internal sealed record DayShards(DateOnly Day, IReadOnlyList<int> Shards);

/// <summary>Says which days and shards hold tasks.</summary>
internal sealed class DayDirectory
{
    private readonly TableReader _reader;
    private readonly TableClients _clients;

    public DayDirectory(TableReader reader, TableClients clients)
    {
        _reader = reader;
        _clients = clients;
    }

    /// <summary>Days with tasks, newest first, beginning with <paramref name="newest"/>; null: with the newest there is.</summary>
    public async IAsyncEnumerable<DayShards> NewestFirstAsync(DateOnly? newest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = newest is { } day ? DayKeys.FirstOf(day) : "0";
        DayShards? current = null;
        await foreach (var row in _reader.QueryAsync(_clients.NameOf(DayKeys.Table), DayKeys.Partition, from, ":", cancellationToken: cancellationToken))
        {
            var (rowDay, shard) = DayKeys.Parse(row.RowKey);
            if (current is not null && current.Day == rowDay)
            {
                current = current with { Shards = [.. current.Shards, shard] };
                continue;
            }

            if (current is not null)
                yield return current;
            current = new DayShards(rowDay, [shard]);
        }

        if (current is not null)
            yield return current;
    }
}
