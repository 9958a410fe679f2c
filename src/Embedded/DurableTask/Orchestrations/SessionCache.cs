namespace Embedded.DurableTask.Orchestrations;

/// <summary>Sessions between their turns. When there are more than the capacity, the one that was used longest ago goes.</summary>
internal sealed class SessionCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string InstanceId, string ExecutionId), LinkedListNode<OrchestrationSession>> _sessions = [];
    private readonly LinkedList<OrchestrationSession> _byUse = new();

    /// <summary>Takes the session out: while a turn runs, it belongs to that turn alone.</summary>
    public OrchestrationSession? Take(string instanceId, string executionId)
    {
        lock (_lock)
        {
            if (!_sessions.Remove((instanceId, executionId), out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            return node.Value;
        }
    }

    public void Put(OrchestrationSession session)
    {
        OrchestrationSession? dropped = null;
        lock (_lock)
        {
            _sessions.Add(session.Key, _byUse.AddLast(session));
            if (_sessions.Count > capacity)
            {
                dropped = _byUse.First!.Value;
                _byUse.RemoveFirst();
                _sessions.Remove(dropped.Key);
            }
        }

        // Outside of the lock: it runs the end of middleware.
        dropped?.Drop();
    }

    public void DropAll()
    {
        OrchestrationSession[] all;
        lock (_lock)
        {
            all = [.. _byUse];
            _byUse.Clear();
            _sessions.Clear();
        }

        Array.ForEach(all, session => session.Drop());
    }
}
