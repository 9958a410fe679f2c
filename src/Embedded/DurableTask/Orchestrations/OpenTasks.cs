using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Orchestrations;

/// <summary>The decisions whose answer has not come yet.</summary>
internal sealed class OpenTasks
{
    private readonly Dictionary<int, Open> _open = [];
    private int _keepingOpen;

    public int Count => _open.Count;

    /// <summary>
    /// Whether the orchestration must go on although its code has ended: an activity, sub-orchestration or timer that
    /// nobody awaits keeps it running, an entity call does not.
    /// </summary>
    public bool KeepExecutionOpen => _keepingOpen > 0;

    /// <summary>Waits for the answer to a decision. It is not failed: a failure is an outcome.</summary>
    public Task<TaskOutcome> Add(int taskId, bool keepsExecutionOpen = true)
    {
        var completion = new TaskCompletionSource<TaskOutcome>();
        _open.Add(taskId, new(completion, keepsExecutionOpen));
        _keepingOpen += keepsExecutionOpen ? 1 : 0;
        return completion.Task;
    }

    /// <summary>Gives the answer to a decision. What nobody waits for (it came twice, or the wait was cancelled) is ignored.</summary>
    public void Complete(int taskId, string? result, Failure? failure)
    {
        if (Remove(taskId) is { } completion)
        {
            completion.SetResult(new(taskId, result, failure));
        }
    }

    /// <summary>Stops waiting for the answer to a decision.</summary>
    public void Cancel(int taskId, CancellationToken cancellationToken) => Remove(taskId)?.SetCanceled(cancellationToken);

    private TaskCompletionSource<TaskOutcome>? Remove(int taskId)
    {
        if (!_open.Remove(taskId, out var open))
        {
            return null;
        }

        _keepingOpen -= open.KeepsExecutionOpen ? 1 : 0;
        return open.Completion;
    }

    private readonly record struct Open(TaskCompletionSource<TaskOutcome> Completion, bool KeepsExecutionOpen);
}
