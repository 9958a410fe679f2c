namespace Embedded.DurableTask.Hub;

/// <summary>Runs work on the thread pool, at most so many at a time, in the order in which it came.</summary>
internal sealed class WorkLimiter(int limit)
{
    private readonly Lock _lock = new();
    private readonly Queue<Func<Task>> _waiting = new();
    private TaskCompletionSource? _idle;
    private int _running;
    private bool _closed;

    /// <summary>Runs the work now or when its turn comes. The work must not throw. After <see cref="CloseAsync"/> it is dropped.</summary>
    public void Run(Func<Task> work)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            if (_running == limit)
            {
                _waiting.Enqueue(work);
                return;
            }

            _running++;
        }

        _ = RunAsync(work);
    }

    /// <summary>Drops what waits and what comes from now on; completes when what runs has ended.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
            _waiting.Clear();
            _idle ??= new TaskCompletionSource();
            if (_running == 0)
            {
                _idle.TrySetResult();
            }

            return _idle.Task;
        }
    }

    private async Task RunAsync(Func<Task> work)
    {
        // Not on the caller's time: the loop has other things to do.
        await Task.Yield();
        for (var next = work; next is not null;)
        {
            await next();
            next = Next(out var idle);
            idle?.TrySetResult();
        }
    }

    private Func<Task>? Next(out TaskCompletionSource? idle)
    {
        lock (_lock)
        {
            var next = _waiting.TryDequeue(out var waiting) ? waiting : null;
            idle = next is null && --_running == 0 ? _idle : null;
            return next;
        }
    }
}
