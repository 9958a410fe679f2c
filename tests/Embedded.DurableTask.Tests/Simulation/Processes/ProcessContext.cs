namespace Embedded.DurableTask.Tests.Simulation.Processes;

/// <summary>
/// What a simulated process has to do, one item after another, on the simulation's one thread. A frozen process's items wait; a
/// crashed one's are gone.
/// </summary>
/// <param name="reach">Among how many of the oldest items the next one is drawn: a thread pool keeps no order either.</param>
internal sealed class ProcessContext(Random order, int reach) : SynchronizationContext
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<(SendOrPostCallback Item, object? State)> _items = [];
    private string? _intrusion;

    public bool IsFrozen { get; set; }

    public bool IsDead { get; private set; }

    public bool CanRun => _items.Count > 0 && !IsFrozen;

    /// <summary>Where code of the process came in from another thread, which it must not; null if it never did.</summary>
    public string? Intrusion => Volatile.Read(ref _intrusion);

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Volatile.Write(ref _intrusion, Environment.StackTrace);
        }
        else if (!IsDead)
        {
            _items.Add((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("A simulated process runs nothing at once.");

    public override SynchronizationContext CreateCopy() => this;

    public void RunOne()
    {
        var index = order.Next(Math.Min(reach, _items.Count));
        var (item, state) = _items[index];
        _items.RemoveAt(index);
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            item(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public void Kill()
    {
        IsDead = true;
        _items.Clear();
    }

    /// <exception cref="InvalidOperationException">The caller is not one of the process's items.</exception>
    public void RequireInside()
    {
        if (Environment.CurrentManagedThreadId != _thread || Current != this)
        {
            throw new InvalidOperationException("The code has left its process.");
        }
    }
}
