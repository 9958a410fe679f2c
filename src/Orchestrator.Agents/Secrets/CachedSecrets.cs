using System.Collections.Concurrent;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>Keeps secrets in memory for a while, and asks for each once however many want it at the same time. What is not there, or cannot be had, is asked for again.</summary>
internal sealed class CachedSecrets(ISecretSource source, TimeSpan cacheTime, TimeProvider time) : ISecretSource
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var entry = _entries.GetOrAdd(name, Ask);
        if (entry.IsOver(time, cacheTime))
        {
            _entries.TryRemove(KeyValuePair.Create(name, entry));
            entry = _entries.GetOrAdd(name, Ask);
        }

        try
        {
            var secret = await entry.Answer.Value.WaitAsync(cancellationToken);
            if (secret is null)
                _entries.TryRemove(KeyValuePair.Create(name, entry));
            return secret;
        }
        catch when (entry.Answer.Value is { IsCompleted: true, IsCompletedSuccessfully: false })
        {
            _entries.TryRemove(KeyValuePair.Create(name, entry));
            throw;
        }
    }

    /// <summary>For all who want it: one who gives up does not give up for the others.</summary>
    private Entry Ask(string name) => new(time.GetTimestamp(), new Lazy<Task<string?>>(() => source.FindAsync(name, CancellationToken.None).AsTask()));

    private sealed record Entry(long AskedAt, Lazy<Task<string?>> Answer)
    {
        public bool IsOver(TimeProvider time, TimeSpan cacheTime) => Answer.IsValueCreated && Answer.Value.IsCompleted && time.GetElapsedTime(AskedAt) >= cacheTime;
    }
}
