using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Hub;

/// <summary>Clients that wait for an instance to begin or to end. Not thread-safe: belongs to the hub's loop.</summary>
internal sealed class Waiters
{
    private readonly Dictionary<string, List<Waiter>> _byInstance = new(StringComparer.Ordinal);

    public void Add(string instanceId, Waiter waiter)
    {
        if (!_byInstance.TryGetValue(instanceId, out var waiters))
        {
            _byInstance[instanceId] = waiters = [];
        }

        waiters.Add(waiter);
    }

    public void Remove(string instanceId, Waiter waiter)
    {
        if (_byInstance.TryGetValue(instanceId, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0)
        {
            _byInstance.Remove(instanceId);
        }
    }

    /// <summary>Takes out those whose wait is over.</summary>
    public IReadOnlyList<Waiter> TakeOver(OrchestrationState instance)
    {
        if (!_byInstance.TryGetValue(instance.InstanceId, out var waiters))
        {
            return [];
        }

        var over = waiters.Where(w => w.IsOver(instance)).ToList();
        over.ForEach(w => Remove(instance.InstanceId, w));
        return over;
    }

    /// <summary>Takes out all who wait for an instance that is gone.</summary>
    public IReadOnlyList<Waiter> TakeAll(string instanceId) => _byInstance.Remove(instanceId, out var waiters) ? waiters : [];

    /// <summary>Ends all waits; the hub has stopped, in order when there is no fault.</summary>
    public void Abandon(Exception? fault)
    {
        foreach (var waiter in _byInstance.Values.SelectMany(w => w))
        {
            waiter.Answer.TrySetException(new InvalidOperationException("The task hub has stopped.", fault));
        }

        _byInstance.Clear();
    }
}

/// <summary>One wait.</summary>
/// <param name="ForStart">Whether the beginning is enough.</param>
internal sealed record Waiter(bool ForStart, bool WithPayloads)
{
    public TaskCompletionSource<InstanceView?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the wait: with null when the instance is gone, with a fault if the hub has ended first.</summary>
    public void Complete(InstanceView? view, Exception? fault) =>
        _ = fault is null ? Answer.TrySetResult(view) : Answer.TrySetException(new InvalidOperationException("The task hub has stopped.", fault));

    public bool IsOver(OrchestrationState instance) => instance.IsFinished || (ForStart && instance.Status != InstanceStatus.Pending);
}
