using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>The routes of tasks.</summary>
public sealed class TasksFunctions
{
    /// <summary>The header that carries an idempotency key.</summary>
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    private readonly SubmissionIntake _intake;
    private readonly TaskSubmitter _submitter;
    private readonly TaskLifecycle _lifecycle;
    private readonly ITaskStore _store;
    private readonly OrchestrationStarter _orchestrations;
    private readonly AttemptHolders _holders;
    private readonly HttpOptions _options;

    /// <summary>Creates the functions.</summary>
    public TasksFunctions(
        SubmissionIntake intake,
        TaskSubmitter submitter,
        TaskLifecycle lifecycle,
        ITaskStore store,
        OrchestrationStarter orchestrations,
        AttemptHolders holders,
        IOptions<HttpOptions> options)
    {
        _intake = intake;
        _submitter = submitter;
        _lifecycle = lifecycle;
        _store = store;
        _orchestrations = orchestrations;
        _holders = holders;
        _options = options.Value;
    }

    /// <summary>Submits a task: 202 with the task and its location.</summary>
    [Function(nameof(SubmitTask))]
    public async Task<IActionResult> SubmitTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken);
        var headerKey = request.Headers.TryGetValue(IdempotencyKeyHeader, out var values) ? values.ToString() : null;
        var submission = _intake.Read(body, headerKey);
        return Accepted(await _submitter.SubmitAsync(client, submission, cancellationToken));
    }

    /// <summary>Lists tasks, newest first.</summary>
    [Function(nameof(ListTasks))]
    public async Task<IActionResult> ListTasks(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        if (await _store.ListAsync(TaskQueryReader.Read(request.Query), cancellationToken) is not TaskListing.Page page)
            throw TaskQueryReader.InvalidToken();

        return new JsonAnswer<TaskListView>(new TaskListView([.. page.Tasks.Select(TaskSummaryView.Of)], page.ContinuationToken), ApiJson.Api.TaskListView);
    }

    /// <summary>Shows a task.</summary>
    [Function(nameof(GetTask))]
    public async Task<IActionResult> GetTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        await _store.GetAsync(Parse(id), cancellationToken) is { } task
            ? new JsonAnswer<TaskView>(TaskView.Of(task.Record), ApiJson.Api.TaskView)
            : throw NotFound(id);

    /// <summary>Shows a task's history.</summary>
    [Function(nameof(GetTaskEvents))]
    public async Task<IActionResult> GetTaskEvents(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/{id}/events")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var events = await _store.GetEventsAsync(Parse(id), after: 0, cancellationToken);
        return events.Count > 0
            ? new JsonAnswer<TaskEventsView>(new TaskEventsView([.. events.Select(TaskEventView.Of)]), ApiJson.Api.TaskEventsView)
            : throw NotFound(id);
    }

    /// <summary>Cancels a task: 202 with the task as it stands then, 409 when it is over.</summary>
    [Function(nameof(CancelTask))]
    public async Task<IActionResult> CancelTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/cancel")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var result = await _lifecycle.CancelAsync(Parse(id), cancellationToken) ?? throw NotFound(id);
        var task = result.Task.Record;
        switch (result.Decision)
        {
            case CancelDecision.AlreadyOver:
                throw new ProblemException(KnownProblems.TaskFinished(task.Id, task.State));
            case CancelDecision.Cancelled:
                await _orchestrations.NotifyAsync(client, task.Id);
                break;
            default:
                _holders.Stop(task.Id);
                break;
        }

        return Accepted(task);
    }

    private static TaskId Parse(string id) => TaskId.TryParse(id, out var task) ? task : throw NotFound(id);

    private static ProblemException NotFound(string id) => new(KnownProblems.TaskNotFound(id));

    private static JsonAnswer<TaskView> Accepted(TaskRecord task) => new(TaskView.Of(task), ApiJson.Api.TaskView)
    {
        Status = StatusCodes.Status202Accepted,
        Location = $"/api/tasks/{task.Id}",
    };
}
