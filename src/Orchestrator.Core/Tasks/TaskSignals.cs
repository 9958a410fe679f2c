using System.Collections.Concurrent;

namespace Orchestrator.Tasks;

/// <summary>A change of a task.</summary>
/// <param name="Task">The task as it was after the change.</param>
/// <param name="Next">Completes at the change after it, so that whoever follows misses none.</param>
public sealed record TaskSignal(TaskRecord Task, Task<TaskSignal> Next);

/// <summary>
/// Tells whoever waits in this process that a task has changed. Only an accelerator: other processes' changes are not heard of here, so
/// every wait looks at storage too.
/// </summary>
public sealed class TaskSignals
{
    private readonly ConcurrentDictionary<TaskId, Waiters> _waiters = new();

    /// <summary>Begins to listen for changes of a task. Dispose it to stop.</summary>
    public Listener Listen(TaskId task)
    {
        while (true)
        {
            var waiters = _waiters.GetOrAdd(task, static _ => new Waiters());
            if (waiters.TryAdd())
                return new Listener(this, task, waiters);
        }
    }

    /// <summary>The task was changed by this process, and is so now.</summary>
    public void Publish(TaskRecord task)
    {
        if (_waiters.TryGetValue(task.Id, out var waiters))
            waiters.Signal(task);
    }

    private void Remove(TaskId task, Waiters waiters)
    {
        if (waiters.Leave())
            _waiters.TryRemove(new KeyValuePair<TaskId, Waiters>(task, waiters));
    }

    /// <summary>Somebody who waits for changes of one task.</summary>
    public sealed class Listener : IDisposable
    {
        private readonly TaskSignals _signals;
        private readonly TaskId _task;
        private readonly Waiters _waiters;

        internal Listener(TaskSignals signals, TaskId task, Waiters waiters)
        {
            (_signals, _task, _waiters) = (signals, task, waiters);
            Next = waiters.Next;
        }

        /// <summary>Completes at the first change after the listener was made.</summary>
        public Task<TaskSignal> Next { get; }

        /// <inheritdoc/>
        public void Dispose() => _signals.Remove(_task, _waiters);
    }

    internal sealed class Waiters
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource<TaskSignal> _next = New();
        private int _count;
        private bool _isGone;

        public Task<TaskSignal> Next
        {
            get
            {
                lock (_lock)
                    return _next.Task;
            }
        }

        public bool TryAdd()
        {
            lock (_lock)
            {
                if (!_isGone)
                    _count++;
                return !_isGone;
            }
        }

        /// <summary>Whether nobody is left.</summary>
        public bool Leave()
        {
            lock (_lock)
                return _isGone = --_count == 0;
        }

        public void Signal(TaskRecord task)
        {
            TaskCompletionSource<TaskSignal> signalled;
            TaskCompletionSource<TaskSignal> next;
            lock (_lock)
            {
                signalled = _next;
                _next = next = New();
            }

            signalled.TrySetResult(new TaskSignal(task, next.Task));
        }

        private static TaskCompletionSource<TaskSignal> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
