namespace Embedded.DurableTask.Tests.Hosting;

/// <summary>What functions are held at, so that a test can count those that are at work at the same time.</summary>
public sealed class WorkGate : IDisposable
{
    private readonly SemaphoreSlim _released = new(0);
    private readonly Lock _lock = new();
    private readonly HashSet<int> _seen = [];
    private int _atWork;

    /// <summary>How many pieces of work have come to the gate.</summary>
    public int Seen
    {
        get
        {
            lock (_lock)
            {
                return _seen.Count;
            }
        }
    }

    /// <summary>The most that have been held at the same time.</summary>
    public int MostAtWork { get; private set; }

    /// <summary>Lets some go.</summary>
    public void Release(int count) => _released.Release(count);

    public async Task PassAsync(int number)
    {
        Enter(number);
        await _released.WaitAsync();
        Leave();
    }

    public void Pass(int number)
    {
        Enter(number);
        _released.Wait();
        Leave();
    }

    public void Dispose() => _released.Dispose();

    private void Enter(int number)
    {
        lock (_lock)
        {
            _seen.Add(number);
            MostAtWork = Math.Max(MostAtWork, ++_atWork);
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _atWork--;
        }
    }
}
