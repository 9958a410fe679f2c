namespace Orchestrator.Functions.Stats;

/// <summary>Something that many may ask for at once: made by one, given to all, and made anew once it is too old.</summary>
/// <param name="maxAge">How long after it was begun it is given out.</param>
internal sealed class Snapshot<T>(TimeSpan maxAge, TimeProvider time)
{
    private readonly Lock _lock = new();
    private Task<T>? _value;
    private long _begunAt;

    /// <summary>The value as it was last made; default when that was too long ago, has failed, or goes on. Makes nothing.</summary>
    public T? Peek(TimeSpan within)
    {
        lock (_lock)
            return _value is { IsCompletedSuccessfully: true, Result: var value } && time.GetElapsedTime(_begunAt) < within ? value : default;
    }

    /// <summary>The value. What fails fails for those who wait for it, and is tried again by the next.</summary>
    /// <param name="make">Makes it; not cancelled, as others may wait for it.</param>
    public Task<T> GetAsync(Func<Task<T>> make, CancellationToken cancellationToken)
    {
        Task<T> value;
        lock (_lock)
        {
            if (_value is null or { IsFaulted: true } or { IsCanceled: true } || (_value.IsCompleted && time.GetElapsedTime(_begunAt) >= maxAge))
                (_begunAt, _value) = (time.GetTimestamp(), Task.Run(make, CancellationToken.None));
            value = _value;
        }

        return value.WaitAsync(cancellationToken);
    }
}
