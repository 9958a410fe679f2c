using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orchestrator.Access;
using Orchestrator.Errors;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <summary>
/// The API keys that have been asked for of late. What was read is good for <see cref="Life"/>, so that a revocation is heeded everywhere after that at
/// the latest, and a key goes on working for as long while storage is away; after that nobody gets in. Ids that there are none of are remembered too, and how
/// many of them are looked for is bounded: guesses reach storage slowly, however fast they come.
/// </summary>
internal sealed partial class ApiKeyCache
{
    /// <summary>How long what was read is good for.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(20);

    /// <summary>How fast keys that are not known here are looked for in storage.</summary>
    public static readonly Rate LookUps = new(PerSecond: 20, Burst: 100);

    /// <summary>Entries from which on old ones are dropped. At the rate above no more than 500 are young.</summary>
    public const int Crowded = 2_000;

    private readonly ConcurrentDictionary<ApiKeyId, Entry> _entries = new();
    private readonly IApiKeyStore _store;
    private readonly TimeProvider _time;
    private readonly TokenBucket _lookUps;
    private readonly ILogger<ApiKeyCache> _logger;

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
    /// <exception cref="StorageUnavailableException">It is not known, and storage cannot be asked.</exception>
    /// <exception cref="ProblemException">Too many unknown keys were looked for.</exception>
    public async Task<ApiKey?> FindAsync(ApiKeySecret secret, CancellationToken cancellationToken)
    {
        var entry = EntryOf(secret.Id);
        StoredApiKey? stored;
        try
        {
            stored = await entry.Reading.Value.WaitAsync(cancellationToken);
        }
        catch when (entry.Reading.Value.IsFaulted)
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

    /// <summary>Has a key read anew: it was changed here.</summary>
    public void Forget(ApiKeyId id) => _entries.TryRemove(id, out _);

    private Entry EntryOf(ApiKeyId id)
    {
        while (true)
        {
            var known = _entries.TryGetValue(id, out var entry);
            if (known && _time.GetElapsedTime(entry!.ReadAt) < Life)
                return entry;

            // Of a key that was there a moment ago nobody has guessed the id.
            if (!(known && entry!.IsKey) && _lookUps.Take() is { } wait)
                throw new ProblemException(KnownProblems.TooManyRequests("Too many unknown API keys are being tried.", wait));

            var fresh = new Entry(() => _store.GetAsync(id, CancellationToken.None), _time.GetTimestamp());
            if (known ? _entries.TryUpdate(id, fresh, entry!) : _entries.TryAdd(id, fresh))
            {
                if (_entries.Count > Crowded)
                    DropOld();
                return fresh;
            }
        }
    }

    private void DropOld()
    {
        foreach (var entry in _entries.Where(entry => _time.GetElapsedTime(entry.Value.ReadAt) >= Life))
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

    /// <summary>What one reading has come to, or will.</summary>
    /// <param name="readAt">When it was begun: what it finds may be as old as that.</param>
    private sealed class Entry(Func<Task<StoredApiKey?>> read, long readAt)
    {
        private int _isMarked;

        public Lazy<Task<StoredApiKey?>> Reading { get; } = new(read);

        public long ReadAt => readAt;

        public bool IsKey => Reading is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: not null } };

        /// <summary>Whether it is this call that is to write down the use.</summary>
        public bool MayMark(ApiKey key, DateTimeOffset now) =>
            !(now - key.LastUsedAt < ApiKey.UseInterval) && Interlocked.Exchange(ref _isMarked, 1) == 0;
    }
}
