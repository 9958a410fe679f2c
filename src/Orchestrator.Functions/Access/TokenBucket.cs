namespace Orchestrator.Functions.Access;

/// <summary>How fast something may be done: so many times a second on the long run, so many at once after a pause.</summary>
/// <param name="PerSecond">From above 0.</param>
/// <param name="Burst">From 1.</param>
internal sealed record Rate(double PerSecond, int Burst);

/// <summary>
/// A token bucket: full at first, refilled as time goes by, one token for each time that something is done. By the clock it is given and without a
/// timer, so that one costs nothing while nobody uses it.
/// </summary>
internal sealed class TokenBucket(Rate rate, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = rate.Burst;
    private long _at = time.GetTimestamp();

    /// <summary>Whether it is as good as a new one.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                Refill();
                return _tokens >= rate.Burst;
            }
        }
    }

    /// <summary>Takes a token; null when there was one, else how long until there is.</summary>
    public TimeSpan? Take()
    {
        lock (_lock)
        {
            Refill();
            if (_tokens < 1)
                return TimeSpan.FromSeconds((1 - _tokens) / rate.PerSecond);

            _tokens--;
            return null;
        }
    }

    /// <summary>Gives a token back that was taken.</summary>
    public void GiveBack()
    {
        lock (_lock)
            _tokens = Math.Min(rate.Burst, _tokens + 1);
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(rate.Burst, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * rate.PerSecond));
        _at = now;
    }
}
