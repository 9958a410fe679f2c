namespace Orchestrator.Storage.Listing;

/// <summary>What a page may cost: partitions, requests and time. Then it is given out short.</summary>
internal sealed class RequestBudget
{
    /// <summary>Partitions read for one page.</summary>
    public const int Partitions = 32;

    /// <summary>Requests sent for one page.</summary>
    public const int Requests = 35;

    /// <summary>Time taken for one page; what is under way then is waited for.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly long _begun;
    private int _requests;

    public RequestBudget(TimeProvider time)
    {
        _time = time;
        _begun = time.GetTimestamp();
    }

    /// <summary>Partitions that may still be read.</summary>
    public int PartitionsLeft { get; private set; } = Partitions;

    /// <summary>Requests that may still be sent.</summary>
    public int RequestsLeft => Requests - _requests;

    /// <summary>Whether it is time to give out what there is.</summary>
    public bool IsTimeOver => _time.GetElapsedTime(_begun) >= Time;

    /// <summary>Counts requests.</summary>
    public void Take(int requests = 1) => Interlocked.Add(ref _requests, requests);

    /// <summary>Counts a partition with its first request.</summary>
    public void TakePartition()
    {
        PartitionsLeft--;
        Take();
    }
}
