using Embedded.DurableTask.History;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>Events that have arrived and are not awaited yet, and waits for events that have not arrived.</summary>
/// <param name="abandonedWaitsTakeEvents">
/// Whether a wait that was cancelled still takes the next event of its name, which is then lost, as on the real platform;
/// otherwise it is passed over.
/// </param>
internal sealed class ExternalEvents(DataConverter converter, bool abandonedWaitsTakeEvents)
{
    private readonly Dictionary<string, Stack<IWait>> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<(long Arrival, EventRaised Event)>> _buffered = new(StringComparer.OrdinalIgnoreCase);
    private long _arrivals;

    /// <summary>Whether any wait has neither been served nor cancelled.</summary>
    public bool HasWaits => _waits.Values.Any(stack => stack.Any(wait => !wait.IsOver));

    /// <summary>Waits for an event. One that has arrived is taken at once, the oldest first.</summary>
    /// <exception cref="ArgumentException">Another wait for the name wants another type.</exception>
    public Task<T> WaitAsync<T>(string name, TurnPump pump, CancellationToken cancellationToken)
    {
        if (!_waits.TryGetValue(name, out var stack))
        {
            _waits.Add(name, stack = new());
        }

        if (stack.TryPeek(out var other) && other.EventType != typeof(T))
        {
            throw new ArgumentException(
                $"Events with the same name must have the same type argument. Expected {other.EventType.FullName} but was requested {typeof(T).FullName}.");
        }

        var wait = new Wait<T>(converter);
        stack.Push(wait);
        if (_buffered.TryGetValue(name, out var queue))
        {
            var (_, buffered) = queue.Dequeue();
            if (queue.Count == 0)
            {
                _buffered.Remove(name);
            }

            Raise(buffered);
        }

        wait.CancelWith(pump, cancellationToken);
        return wait.Task;
    }

    /// <summary>Gives the event to the latest wait for its name, or keeps it.</summary>
    public void Raise(EventRaised raised)
    {
        if (NextWait(raised.Name) is { } wait)
        {
            wait.Serve(raised.Input);
            return;
        }

        if (!_buffered.TryGetValue(raised.Name, out var queue))
        {
            _buffered.Add(raised.Name, queue = new());
        }

        queue.Enqueue((_arrivals++, raised));
    }

    /// <summary>Takes what has arrived and was not awaited, in the order of arrival.</summary>
    public List<EventRaised> TakeBuffered()
    {
        var events = _buffered.Values.SelectMany(queue => queue).OrderBy(entry => entry.Arrival).Select(entry => entry.Event).ToList();
        _buffered.Clear();
        return events;
    }

    private IWait? NextWait(string name)
    {
        if (!_waits.TryGetValue(name, out var stack))
        {
            return null;
        }

        IWait? found = null;
        while (found is null && stack.TryPop(out var wait))
        {
            found = abandonedWaitsTakeEvents || !wait.IsOver ? wait : null;
        }

        if (stack.Count == 0)
        {
            _waits.Remove(name);
        }

        return found;
    }

    private interface IWait
    {
        Type EventType { get; }

        bool IsOver { get; }

        void Serve(string? input);
    }

    private sealed class Wait<T>(DataConverter converter) : IWait
    {
        private readonly TaskCompletionSource<T> _completion = new();
        private CancellationTokenRegistration _cancellation;

        public Type EventType => typeof(T);

        public bool IsOver => _completion.Task.IsCompleted;

        public Task<T> Task => _completion.Task;

        public void CancelWith(TurnPump pump, CancellationToken cancellationToken)
        {
            if (!IsOver)
            {
                _cancellation = cancellationToken.Register(() => pump.RunInline(() => _completion.TrySetCanceled(cancellationToken)));
            }
        }

        public void Serve(string? input)
        {
            _cancellation.Unregister();
            try
            {
                _completion.TrySetResult(converter.Deserialize<T>(input)!);
            }
            catch (Exception exception)
            {
                _completion.TrySetException(exception);
            }
        }
    }
}
