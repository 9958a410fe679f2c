using Orchestrator.Tasks;

namespace Orchestrator.Functions.Waiting;

/// <summary>
/// Waits for the end of a task. What this process writes is heard of at once and costs no look; what others write is found by looking, first
/// often, then every second.
/// </summary>
public sealed class TaskWaiter(ITaskStore store, TaskSignals signals, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Begins to listen, before the task is set going.</summary>
    public TaskSignals.Listener Listen(TaskId id) => signals.Listen(id);

    /// <summary>The task once it is over, or as it stands when <paramref name="limit"/> has passed.</summary>
    /// <param name="task">The task as it is known.</param>
    public async Task<TaskRecord> WaitAsync(TaskSignals.Listener listener, TaskRecord task, TimeSpan limit, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var pause = FirstPause;
        var next = listener.Next;
        var isFresh = false;
        while (!task.State.IsTerminal())
        {
            var rest = limit - time.GetElapsedTime(begun);
            if (rest <= TimeSpan.Zero)
                return isFresh ? task : (await store.GetAsync(task.Id, cancellationToken))?.Record ?? task;

            isFresh = false;
            if (await IsChangedAsync(next, pause < rest ? pause : rest, cancellationToken))
            {
                (task, next) = await next;
                continue;
            }

            task = (await store.GetAsync(task.Id, cancellationToken))?.Record ?? task;
            // Where a look takes longer than the rest of the time, another one would tell no more.
            isFresh = true;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        return task;
    }

    private async Task<bool> IsChangedAsync(Task changed, TimeSpan pause, CancellationToken cancellationToken)
    {
        using var isOver = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isChanged = await Task.WhenAny(changed, Task.Delay(pause, time, isOver.Token)) == changed;
        await isOver.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return isChanged;
    }
}
