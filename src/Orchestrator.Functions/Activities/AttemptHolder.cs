using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>One delivery of one attempt, at work in this process.</summary>
public sealed class AttemptHolder(string name, TaskId task, Action<AttemptHolder> ended) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private bool _isDisposed;

    /// <summary>Names it everywhere.</summary>
    public string Name { get; } = name;

    /// <summary>What it works on.</summary>
    public TaskId Task { get; } = task;

    /// <summary>Cancelled when the task is not wanted any more, or is no longer this holder's.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>Asks the agent to stop.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            if (!_isDisposed)
                _stop.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        ended(this);
        _stop.Dispose();
    }
}
