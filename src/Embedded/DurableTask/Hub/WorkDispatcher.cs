using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;

namespace Embedded.DurableTask.Hub;

/// <summary>Runs user code as the engine asks for it, within the hub's limits, and hands what comes of it to the loop.</summary>
internal sealed class WorkDispatcher(
    TaskHubOptions options, IOrchestrationRunner orchestrations, IActivityRunner activities, IEntityRunner entities) : IEffectRunner, IDisposable
{
    private readonly WorkLimiter _turns = new(options.MaxConcurrentOrchestrations);
    private readonly WorkLimiter _activities = new(options.MaxConcurrentActivities);
    private readonly WorkLimiter _batches = new(options.MaxConcurrentEntities);
    private readonly CancellationTokenSource _stopping = new();
    private HubLoop? _loop;
    private Action<string>? _instanceMoved;

    /// <summary>Set when the host stops. What fails from then on may have failed because of it, and is left to the next owner to run again.</summary>
    private volatile bool _isClosing;

    /// <summary>Connects it with the loop that it serves.</summary>
    /// <param name="instanceMoved">Called on the loop's thread when an instance has begun or ended.</param>
    public void Attach(HubLoop loop, Action<string> instanceMoved)
    {
        _loop = loop;
        _instanceMoved = instanceMoved;
    }

    private HubLoop Loop => _loop ?? throw new InvalidOperationException("The dispatcher is attached to no loop.");

    public void Run(OrchestrationTurn turn, GroupCommit startedIn) => _turns.Run(async () =>
    {
        // A turn that the stopping host cut off has no result: the next owner runs it again.
        if (await RunTurnAsync(turn) is { } result && !(_isClosing && result.Decisions is [.., ExecutionCompleted { Outcome: ExecutionOutcome.Failed }]))
        {
            Loop.Post(() => Loop.TurnFinished(startedIn, step => step.TurnFinished(turn, result)));
        }
    });

    public void Run(Effect effect)
    {
        switch (effect)
        {
            case RunActivity activity:
                _activities.Run(() => RunActivityAsync(activity.Work));
                break;
            case RunBatch batch:
                _batches.Run(() => RunBatchAsync(batch));
                break;
            case InstanceMoved moved:
                _instanceMoved?.Invoke(moved.InstanceId);
                break;
            case ExecutionEnded ended:
                orchestrations.Forget(ended.InstanceId, ended.ExecutionId);
                break;
        }
    }

    /// <summary>Starts nothing new and waits for what runs; when <paramref name="cancellationToken"/> fires, its tokens are cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isClosing = true;
        await using var hurry = cancellationToken.Register(static stopping => ((CancellationTokenSource)stopping!).Cancel(), _stopping);
        await Task.WhenAll(CloseActivitiesAsync(), _batches.CloseAsync()).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await _turns.CloseAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task CloseActivitiesAsync()
    {
        await _activities.CloseAsync();
        await activities.WhenIdleAsync();
    }

    /// <summary>Runners report faults of user code as results; should one throw all the same, the instance fails instead of hanging.</summary>
    private async Task<OrchestrationTurnResult?> RunTurnAsync(OrchestrationTurn turn)
    {
        try
        {
            return await orchestrations.RunAsync(turn, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception fault)
        {
            var id = turn.Past.OfType<Decision>().Select(d => d.TaskId + 1).DefaultIfEmpty(0).Max();
            return new OrchestrationTurnResult([new ExecutionCompleted(ExecutionOutcome.Failed, null, Failure.From(fault)) { TaskId = id }], null);
        }
    }

    private async Task RunActivityAsync(ActivityWork work)
    {
        OrchestrationMessage result;
        try
        {
            result = await activities.RunAsync(work, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // It has no result: the next owner runs it again.
            return;
        }
        catch (Exception fault)
        {
            result = new TaskFailed(work.TaskId, Failure.From(fault));
        }

        if (!(_isClosing && result is TaskFailed))
        {
            Loop.Post(() => Loop.Tell(step => step.ActivityFinished(work, result)));
        }
    }

    private async Task RunBatchAsync(RunBatch work)
    {
        EntityBatchResult result;
        try
        {
            result = await entities.RunAsync(work.Batch, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault)
        {
            var failure = Failure.From(fault);
            result = new EntityBatchResult(work.Batch.State, [.. work.Batch.Requests.Select(_ => new EntityOutcome(null, failure))], []);
        }

        if (!(_isClosing && result.Outcomes.Any(o => o.Failure is not null)))
        {
            Loop.Post(() => Loop.Tell(step => step.BatchFinished(work, result)));
        }
    }
}
