using System.Collections.Concurrent;
using Orchestrator.Access;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>API keys in memory; counts what is asked, and can be away.</summary>
internal sealed class MemoryApiKeys : IApiKeyStore
{
    private readonly ConcurrentDictionary<ApiKeyId, StoredApiKey> _keys = new();
    private int _reads;
    private int _lists;

    public bool IsAway { get; set; }

    public int Reads => _reads;

    public int Lists => _lists;

    public List<(ApiKeyId Id, DateTimeOffset At)> Marks { get; } = [];

    /// <summary>A key with its secret.</summary>
    public ApiKeySecret Create(string name, Role role, DateTimeOffset? expiresAt = null)
    {
        var secret = ApiKeySecret.New(new SystemRandomSource());
        _keys[secret.Id] = new StoredApiKey(new ApiKey { Id = secret.Id, Name = name, Role = role, CreatedAt = TestTasks.Start, CreatedBy = "local", ExpiresAt = expiresAt }, secret.Hash, "1");
        return secret;
    }

    public Task<bool> AddAsync(ApiKey key, ReadOnlyMemory<byte> hash, CancellationToken cancellationToken)
    {
        Ask();
        return Task.FromResult(_keys.TryAdd(key.Id, new StoredApiKey(key, hash, "1")));
    }

    public async Task<StoredApiKey?> GetAsync(ApiKeyId id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        await Task.Yield();
        Ask();
        return _keys.GetValueOrDefault(id);
    }

    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lists);
        Ask();
        return Task.FromResult<IReadOnlyList<ApiKey>>([.. _keys.Values.Select(stored => stored.Key).OrderBy(key => key.Name, StringComparer.Ordinal)]);
    }

    public Task<ApiKey?> RevokeAsync(ApiKeyId id, DateTimeOffset at, string by, CancellationToken cancellationToken)
    {
        Ask();
        if (!_keys.TryGetValue(id, out var stored))
            return Task.FromResult<ApiKey?>(null);
        if (stored.Key.RevokedAt is null)
            stored = _keys[id] = stored with { Key = stored.Key with { RevokedAt = at, RevokedBy = by } };
        return Task.FromResult<ApiKey?>(stored.Key);
    }

    public Task MarkUsedAsync(StoredApiKey key, DateTimeOffset at, CancellationToken cancellationToken)
    {
        Ask();
        Marks.Add((key.Key.Id, at));
        _keys[key.Key.Id] = key with { Key = key.Key with { LastUsedAt = at } };
        return Task.CompletedTask;
    }

    public Task<int> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        Ask();
        return Task.FromResult(0);
    }

    private void Ask()
    {
        if (IsAway)
            throw new StorageUnavailableException(new Uri("http://127.0.0.1:1/"), "Storage is away.");
    }
}
