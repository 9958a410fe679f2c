using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Orchestrator.Access;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Access;

/// <summary>
/// The API keys that have been asked for of late. What was read is good for <see cref="Life"/>, so that a revocation is heeded everywhere after that at
/// the latest, and a key goes on working for as long while storage is away; after that nobody gets in. Ids that there are none of are remembered too, and how
/// many of them are looked for one by one is bounded; beyond that it is the list of all keys, read once a second at most, that says whether there is one. So
/// guesses reach storage slowly, however fast they come and from wherever, and keep no key out.
/// </summary>
internal sealed partial class ApiKeyCache
{
    /// <summary>How long what was read is good for.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(20);

    /// <summary>How fast keys that are not known here are looked for in storage, each by itself.</summary>
    public static readonly Rate LookUps = new(PerSecond: 20, Burst: 100);

    /// <summary>How long the list of all keys is good for: a key that was created elsewhere since then is refused, but only while others are being guessed.</summary>
    public static readonly TimeSpan ListLife = TimeSpan.FromSeconds(1);

    /// <summary>Entries from which on old ones are dropped, if they are of no key. At the rate above no more than 500 are young.</summary>
    public const int Crowded = 2_000;

    private readonly ConcurrentDictionary<ApiKeyId, Entry> _entries = new();
    private readonly IApiKeyStore _store;
    private readonly TimeProvider _time;
    private readonly TokenBucket _lookUps;
    private readonly Lock _listLock = new();
    private readonly ILogger<ApiKeyCache> _logger;
    private Listing? _list;

    public ApiKeyCache(IApiKeyStore store, TimeProvider time, ILogger<ApiKeyCache> logger)
    {
        _store = store;
        _time = time;
        _lookUps = new TokenBucket(LookUps, time);
        _logger = logger;
    }

    /// <summary>Entries that are kept, of use or not.</summary>
    public int Count => _entries.Count;

    /// <summary>The key that a secret is of; null when there is none that lets anybody in now.</summary>
    /// <param name="beforeLookUp">Called before storage is asked for a key that is not known here; may throw, and then it is not asked.</param>
    /// <exception cref="StorageUnavailableException">It is not known, and storage cannot be asked.</exception>
    public async Task<ApiKey?> FindAsync(ApiKeySecret secret, Action beforeLookUp, CancellationToken cancellationToken)
    {
        if (await EntryOfAsync(secret.Id, beforeLookUp, cancellationToken) is not { } entry)
            return null;

        StoredApiKey? stored;
        try
        {
            stored = await entry.Reading.Value.WaitAsync(cancellationToken);
        }
        catch when (entry is { IsFaulted: true, IsKey: false })
        {
            _entries.TryRemove(new KeyValuePair<ApiKeyId, Entry>(secret.Id, entry));
            throw;
        }

        if (stored is null || !secret.Matches(stored.Hash.Span) || !stored.Key.IsUsable(_time.GetUtcNow()))
            return null;

        if (entry.MayMark(stored.Key, _time.GetUtcNow()))
            _ = MarkUsedAsync(stored);
        return stored.Key;
    }

    /// <summary>Has a key read when it is first shown, whatever else is looked for then: it was created here.</summary>
    public void Expect(ApiKeyId id) => _entries[id] = EntryFor(id, wasKey: true);

    /// <summary>Has a key read anew: it was changed here.</summary>
    public void Forget(ApiKeyId id) => _entries.TryRemove(id, out _);

    private async Task<Entry?> EntryOfAsync(ApiKeyId id, Action beforeLookUp, CancellationToken cancellationToken)
    {
        if (_entries.TryGetValue(id, out var known) && IsFresh(known))
            return known;

        // Of a key that was there a moment ago nobody has guessed the id.
        if (known is not { IsKey: true })
        {
            beforeLookUp();
            if (_lookUps.Take() is not null && !(await ListAsync().WaitAsync(cancellationToken)).Contains(id))
                return null;
        }

        return ReadAnew(id);
    }

    private Entry ReadAnew(ApiKeyId id)
    {
        while (true)
        {
            var isThere = _entries.TryGetValue(id, out var entry);
            if (isThere && IsFresh(entry!))
                return entry!;

            var fresh = EntryFor(id, isThere && entry!.IsKey);
            if (isThere ? _entries.TryUpdate(id, fresh, entry!) : _entries.TryAdd(id, fresh))
            {
                if (_entries.Count > Crowded)
                    DropOld();
                return fresh;
            }
        }
    }

    private Entry EntryFor(ApiKeyId id, bool wasKey) => new(() => _store.GetAsync(id, CancellationToken.None), _time.GetTimestamp(), wasKey);

    private bool IsFresh(Entry entry) => !entry.IsFaulted && _time.GetElapsedTime(entry.ReadAt) < Life;

    /// <summary>The ids of all keys. Also that they could not be read is good for a while.</summary>
    private Task<FrozenSet<ApiKeyId>> ListAsync()
    {
        lock (_listLock)
        {
            if (_list is not { } list || _time.GetElapsedTime(list.ReadAt) >= ListLife)
                _list = list = new Listing(ReadListAsync(), _time.GetTimestamp());
            return list.Ids;
        }
    }

    private async Task<FrozenSet<ApiKeyId>> ReadListAsync() => (await _store.ListAsync(CancellationToken.None)).Select(key => key.Id).ToFrozenSet();

    /// <summary>Keys are kept: there are few at a time, and were one forgotten, its holder would be one of those who guess. Those that have ended are not.</summary>
    private void DropOld()
    {
        var now = _time.GetUtcNow();
        foreach (var entry in _entries.Where(entry => _time.GetElapsedTime(entry.Value.ReadAt) >= Life && !entry.Value.MayLetIn(now)))
            _entries.TryRemove(entry);
    }

    /// <summary>Nobody waits for it: a use that is not written down costs a time in a list, no more.</summary>
    private async Task MarkUsedAsync(StoredApiKey key)
    {
        try
        {
            await _store.MarkUsedAsync(key, _time.GetUtcNow(), CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogNotMarked(exception, key.Key.Id.ToString());
        }
    }

    [LoggerMessage(4010, LogLevel.Debug, "That API key {KeyId} was used could not be written down.")]
    private partial void LogNotMarked(Exception exception, string keyId);

    private sealed record Listing(Task<FrozenSet<ApiKeyId>> Ids, long ReadAt);

    /// <summary>What one reading has come to, or will.</summary>
    /// <param name="readAt">When it was begun: what it finds may be as old as that.</param>
    /// <param name="wasKey">Whether there was a key before it.</param>
    private sealed class Entry(Func<Task<StoredApiKey?>> read, long readAt, bool wasKey)
    {
        private int _isMarked;

        public Lazy<Task<StoredApiKey?>> Reading { get; } = new(read);

        public long ReadAt => readAt;

        public bool IsFaulted => Reading is { IsValueCreated: true, Value.IsFaulted: true };

        /// <summary>Whether there is a key, or, as long as it has not been read, was one.</summary>
        public bool IsKey => Found is { } found ? found.Result is not null : wasKey;

        private Task<StoredApiKey?>? Found => Reading is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } found } ? found : null;

        /// <summary>Whether it is a key, and one that has not ended as far as is known.</summary>
        public bool MayLetIn(DateTimeOffset now) => Found is { } found ? found.Result?.Key.IsUsable(now) == true : wasKey;

        /// <summary>Whether it is this call that is to write down the use.</summary>
        public bool MayMark(ApiKey key, DateTimeOffset now) =>
            !(now - key.LastUsedAt < ApiKey.UseInterval) && Interlocked.Exchange(ref _isMarked, 1) == 0;
    }
}
