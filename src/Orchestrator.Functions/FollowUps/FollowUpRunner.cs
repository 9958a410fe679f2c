using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Orchestrator.Functions.Logging;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.FollowUps;

/// <summary>
/// Does what is to be done once a task is over: tells the tasks that wait for it, and calls its end back. Safe to repeat: a dependent that has
/// been told is not waiting any more, and the receiver of a callback is told which delivery it is.
/// </summary>
public sealed partial class FollowUpRunner
{
    private const int EdgesPerPage = 200;

    private readonly ITaskStore _store;
    private readonly ITaskEdges _edges;
    private readonly TaskLifecycle _lifecycle;
    private readonly OrchestrationStarter _orchestrations;
    private readonly TaskCallbacks _callbacks;
    private readonly ILogger<FollowUpRunner> _logger;

    /// <summary>Creates the runner.</summary>
    public FollowUpRunner(
        ITaskStore store, ITaskEdges edges, TaskLifecycle lifecycle, OrchestrationStarter orchestrations, TaskCallbacks callbacks, ILogger<FollowUpRunner> logger)
    {
        _store = store;
        _edges = edges;
        _lifecycle = lifecycle;
        _orchestrations = orchestrations;
        _callbacks = callbacks;
        _logger = logger;
    }

    /// <summary>Tells everybody, or says when to try again.</summary>
    public async Task<FollowUpStep> RunAsync(DurableTaskClient client, FollowUpRequest request, CancellationToken cancellationToken)
    {
        var id = TaskId.Parse(request.TaskId);
        using var scope = _logger.BeginScope(new LogScope(("TaskId", request.TaskId)));
        if (await _store.GetAsync(id, cancellationToken) is not { Record: var task } || !task.State.IsTerminal() || !task.Unstarted)
            return FollowUpStep.Done;

        // A portion at a time, so that an activity stays short however many there are.
        if (task.HasDependents && await TellSomeAsync(client, task, request.After is { } after ? TaskId.Parse(after) : null, cancellationToken) is { } last)
            return new FollowUpStep(IsDone: false, request.Try, 0, last.ToString());

        CallbackState? callback = null;
        if (task.Callback is { State: CallbackState.Pending })
        {
            var answer = await _callbacks.TryAsync(task, request.Try, cancellationToken);
            if (answer.TryAgainAt is { } dueAt)
                return new FollowUpStep(IsDone: false, request.Try + 1, dueAt.UtcTicks, request.After);
            callback = answer.State;
        }

        // Purged meanwhile, with the letters that there were of it: another delivery of this was faster.
        if (await _lifecycle.EndFollowUpsAsync(id, callback, cancellationToken) is null && callback == CallbackState.Failed)
            await _callbacks.ForgetAsync(task, cancellationToken);
        return FollowUpStep.Done;
    }

    /// <summary>Tells the tasks that wait for a task which is over.</summary>
    public async Task TellDependentsAsync(DurableTaskClient client, TaskRecord task, CancellationToken cancellationToken)
    {
        TaskId? last = null;
        do
            last = await TellSomeAsync(client, task, last, cancellationToken);
        while (last is not null);
    }

    /// <summary>Tells the next of them; the last one told when there may be more, else null.</summary>
    private async Task<TaskId?> TellSomeAsync(DurableTaskClient client, TaskRecord task, TaskId? after, CancellationToken cancellationToken)
    {
        var dependents = await _edges.ListAsync(task.Id, after, EdgesPerPage, cancellationToken);
        foreach (var dependent in dependents)
        {
            var told = await _lifecycle.EndDependencyAsync(dependent, task.Id, task.State, cancellationToken);
            if (told is { Record: { Unstarted: true, State: not TaskState.Blocked } })
                await _orchestrations.WakeAsync(client, dependent);
        }

        if (dependents.Count > 0)
            LogTold(dependents.Count, task.Id);
        return dependents.Count < EdgesPerPage ? null : dependents[^1];
    }

    [LoggerMessage(4700, LogLevel.Debug, "{Count} tasks are told of the end of task {TaskId}, which they wait for.")]
    private partial void LogTold(int count, TaskId taskId);
}
