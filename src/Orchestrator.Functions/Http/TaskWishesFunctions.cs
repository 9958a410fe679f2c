using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Retention;
using Orchestrator.Functions.Submissions;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>The routes by which people change what becomes of a task.</summary>
public sealed class TaskWishesFunctions
{
    private readonly TaskLifecycle _lifecycle;
    private readonly ITaskStore _store;
    private readonly SubmissionIntake _intake;
    private readonly TaskSubmitter _submitter;
    private readonly TaskStarter _starter;
    private readonly OrchestrationStarter _orchestrations;
    private readonly TaskPurger _purger;
    private readonly AttemptHolders _holders;
    private readonly HttpOptions _options;

    /// <summary>Creates the functions.</summary>
    public TaskWishesFunctions(
        TaskLifecycle lifecycle,
        ITaskStore store,
        SubmissionIntake intake,
        TaskSubmitter submitter,
        TaskStarter starter,
        OrchestrationStarter orchestrations,
        TaskPurger purger,
        AttemptHolders holders,
        IOptionsMonitor<HttpOptions> options)
    {
        _lifecycle = lifecycle;
        _store = store;
        _intake = intake;
        _submitter = submitter;
        _starter = starter;
        _orchestrations = orchestrations;
        _purger = purger;
        _holders = holders;
        _options = options.CurrentValue;
    }

    /// <summary>Cancels a task: 202 with the task as it stands then, 409 when it is over.</summary>
    [Function(nameof(CancelTask))]
    public async Task<IActionResult> CancelTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/cancel")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var result = await _lifecycle.CancelAsync(TaskAnswers.Parse(id), cancellationToken) ?? throw TaskAnswers.NotFound(id);
        var task = result.Task.Record;
        AuditTrail.Of(request).Changed(result.Decision, result.Decision switch
        {
            CancelDecision.Cancelled cancelled => cancelled.Change,
            CancelDecision.Requested requested => requested.Change,
            _ => null,
        });
        switch (result.Decision)
        {
            case CancelDecision.AlreadyOver:
                throw new ProblemException(KnownProblems.TaskFinished(task.Id, task.State, "cancelled"));
            case CancelDecision.Cancelled when task.Unstarted:
                await _orchestrations.WakeAsync(client, task.Id);
                break;
            case CancelDecision.Cancelled:
                await _orchestrations.NotifyAsync(client, task.Id);
                break;
            default:
                _holders.Stop(task.Id);
                break;
        }

        return TaskAnswers.Accepted(task);
    }

    /// <summary>Holds a task back: 202 with the task as it stands then, 409 when it is over.</summary>
    [Function(nameof(PauseTask))]
    public async Task<IActionResult> PauseTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/pause")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var result = await _lifecycle.PauseAsync(TaskAnswers.Parse(id), cancellationToken) ?? throw TaskAnswers.NotFound(id);
        var task = result.Task.Record;
        AuditTrail.Of(request).Changed(result.Decision, result.Decision switch
        {
            PauseDecision.Paused paused => paused.Change,
            PauseDecision.Requested requested => requested.Change,
            _ => null,
        });
        return result.Decision is PauseDecision.AlreadyOver
            ? throw new ProblemException(KnownProblems.TaskFinished(task.Id, task.State, "paused"))
            : TaskAnswers.Accepted(task);
    }

    /// <summary>Lets a task go on: 202 with the task as it stands then, 409 when it is over or not held back.</summary>
    [Function(nameof(ResumeTask))]
    public async Task<IActionResult> ResumeTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/resume")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var result = await _lifecycle.ResumeAsync(TaskAnswers.Parse(id), cancellationToken) ?? throw TaskAnswers.NotFound(id);
        var task = result.Task.Record;
        AuditTrail.Of(request).Changed(result.Decision, (result.Decision as ResumeDecision.Resumed)?.Change);
        if (result.Decision is ResumeDecision.AlreadyOver)
            throw new ProblemException(KnownProblems.TaskFinished(task.Id, task.State, "resumed"));
        if (result.Decision is ResumeDecision.NotPaused)
            throw new ProblemException(KnownProblems.TaskNotPaused(task.Id, task.State));

        return TaskAnswers.Accepted(task.Lease is null ? await _starter.StartAsync(client, task, cancellationToken) : task);
    }

    /// <summary>Does a task that is over again as a new one: 202 with the new task and its location.</summary>
    [Function(nameof(RerunTask))]
    public async Task<IActionResult> RerunTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/rerun")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (await _store.GetAsync(TaskAnswers.Parse(id), cancellationToken) is not { Record: var task })
            throw TaskAnswers.NotFound(id);
        if (!task.State.IsTerminal())
            throw new ProblemException(KnownProblems.TaskNotFinished(task.Id, task.State));

        var changes = await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken);
        var submission = await _intake.ReadAsync(RerunBody.Of(task, changes), TasksFunctions.HeaderKey(request), origin: SubmissionOrigin.Of(request), cancellationToken: cancellationToken) with { RerunOf = task.Id.ToString() };
        var again = (await _submitter.SubmitAsync(client, submission, cancellationToken)).Task;
        AuditTrail.Of(request).Changed("task", task.Id.ToString(), again.Id.ToString());
        return TaskAnswers.Accepted(again);
    }

    /// <summary>Removes a task that is over, with everything that belongs to it: 204, also when it is gone already.</summary>
    [Function(nameof(DeleteTask))]
    public async Task<IActionResult> DeleteTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "tasks/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var task = TaskAnswers.Parse(id);
        var outcome = await _purger.PurgeAsync(client, task, cancellationToken);
        AuditTrail.Of(request).Changed("decision", null, outcome.GetType().Name);
        if (outcome is PurgeOutcome.Purged { Was: { } state })
            AuditTrail.Of(request).Changed("state", state.ToString(), null);
        return outcome switch
        {
            PurgeOutcome.Kept { Obstacle: PurgeObstacle.CallbackPending } => throw new ProblemException(KnownProblems.CallbackPending(task)),
            PurgeOutcome.Kept { Task.State: var isStill } => throw new ProblemException(KnownProblems.TaskNotFinished(task, isStill)),
            _ => new NoContentResult(),
        };
    }
}
