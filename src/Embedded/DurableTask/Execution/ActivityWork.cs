using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Execution;

/// <summary>One activity to be run.</summary>
internal sealed record ActivityWork(string InstanceId, string ExecutionId, int TaskId, string Name, string? Input)
{
    public string? TraceParent { get; init; }
}

/// <summary>Runs activities. An activity may be run more than once, also at the same time.</summary>
internal interface IActivityRunner
{
    /// <summary>
    /// Runs the activity to its end. Faults of the code and unknown activities are results (<see cref="TaskFailed"/>), not
    /// exceptions; an <see cref="OperationCanceledException"/> for <paramref name="cancellationToken"/> (the host stops) means
    /// that it has no result and is to be run again by the next owner.
    /// </summary>
    /// <returns><see cref="TaskCompleted"/> or <see cref="TaskFailed"/>.</returns>
    ValueTask<OrchestrationMessage> RunAsync(ActivityWork work, CancellationToken cancellationToken);

    /// <summary>Completes when nothing runs any more that was begun and that nobody waits for.</summary>
    Task WhenIdleAsync() => Task.CompletedTask;
}
