using Orchestrator.Access;
using Orchestrator.Storage.Batching;
using Orchestrator.Storage.Keys;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Access;

/// <summary>API keys in Table Storage; <see cref="ApiKeyKeys"/> says where.</summary>
internal sealed class TableApiKeyStore : IApiKeyStore
{
    private const int Tries = 20;

    private readonly BatchingWriter _writer;
    private readonly TableReader _reader;
    private readonly TimeProvider _time;
    private readonly string _table;

    public TableApiKeyStore(BatchingWriter writer, TableReader reader, TableClients clients, TimeProvider time)
    {
        _writer = writer;
        _reader = reader;
        _time = time;
        _table = clients.NameOf(ApiKeyKeys.Table);
    }

    public Task<bool> AddAsync(ApiKey key, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken) =>
        WriteAsync(RowOperation.Insert(ApiKeyRow.Write(key, hash)), cancellationToken);

    public async Task<StoredApiKey?> GetAsync(ApiKeyId id, CancellationToken cancellationToken) =>
        await _reader.GetAsync(_table, ApiKeyKeys.Partition, ApiKeyKeys.Row(id), cancellationToken) is { } found ? ApiKeyRow.Read(found.Row) : null;

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        var keys = new List<ApiKey>();
        await foreach (var row in _reader.QueryAsync(_table, $"PartitionKey eq '{ApiKeyKeys.Partition}'", ApiKeyRow.Listed, cancellationToken))
            keys.Add(ApiKeyRow.ReadKey(row));
        return [.. keys.OrderByDescending(key => key.CreatedAt).ThenBy(key => key.Id.ToString(), StringComparer.Ordinal)];
    }

    public async Task<ApiKey?> RevokeAsync(ApiKeyId id, DateTimeOffset at, string by, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await GetAsync(id, cancellationToken) is not { } stored)
                return null;
            if (stored.Key.RevokedAt is not null)
                return stored.Key;
            if (await WriteAsync(RowOperation.Merge(ApiKeyRow.WriteEnd(id, at, by), stored.Tag), cancellationToken))
                return stored.Key with { RevokedAt = at, RevokedBy = by };
        }

        throw new InvalidOperationException($"API key {id} changed {Tries} times while it was to be revoked.");
    }

    public Task MarkUsedAsync(StoredApiKey key, DateTimeOffset at, CancellationToken cancellationToken) =>
        WriteAsync(RowOperation.Merge(ApiKeyRow.WriteUse(key.Key.Id, at), key.Tag), cancellationToken);

    public async Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var ended = (await ListAsync(cancellationToken)).Where(key => key.EndedAt(now) < before).ToList();
        await Task.WhenAll(ended.Select(key => WriteAsync(RowOperation.DeleteIfExists(ApiKeyKeys.Partition, ApiKeyKeys.Row(key.Id)), cancellationToken)));
        return ended.Count;
    }

    private async Task<bool> WriteAsync(RowOperation operation, CancellationToken cancellationToken) =>
        await _writer.WriteAsync(new RowGroup(_table, ApiKeyKeys.Partition, [operation], 0), cancellationToken) is RowGroupOutcome.Written;
}
