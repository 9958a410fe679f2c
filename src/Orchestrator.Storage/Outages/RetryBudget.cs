namespace Orchestrator.Storage.Outages;

/// <summary>
/// Bounds what is sent again to a share of what is sent: a storage that fails under load is not to be given several times the load.
/// Source: the retry throttling of gRPC (proposal A6).
/// </summary>
internal sealed class RetryBudget
{
    /// <summary>Most repetitions that may be saved up.</summary>
    public const int Burst = 100;

    /// <summary>Repetitions that each call adds.</summary>
    public const double PerCall = 0.5;

    private readonly Lock _lock = new();
    private double _left = Burst;

    /// <summary>A call is sent for the first time.</summary>
    public void CallMade()
    {
        lock (_lock)
            _left = Math.Min(Burst, _left + PerCall);
    }

    /// <summary>Takes one repetition; false when there is none left.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}
