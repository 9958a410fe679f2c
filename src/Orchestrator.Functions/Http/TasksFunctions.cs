using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;
using Orchestrator.Functions.Waiting;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>The routes by which tasks are submitted and read.</summary>
public sealed class TasksFunctions
{
    /// <summary>The header that carries an idempotency key.</summary>
    public const string IdempotencyKeyHeader = "Idempotency-Key";

    private readonly SubmissionIntake _intake;
    private readonly TaskSubmitter _submitter;
    private readonly TaskStarter _starter;
    private readonly TaskWaiter _waiter;
    private readonly ITaskStore _store;
    private readonly IAttemptStore _attempts;
    private readonly TimeProvider _time;
    private readonly HttpOptions _options;

    /// <summary>Creates the functions.</summary>
    public TasksFunctions(
        SubmissionIntake intake,
        TaskSubmitter submitter,
        TaskStarter starter,
        TaskWaiter waiter,
        ITaskStore store,
        IAttemptStore attempts,
        TimeProvider time,
        IOptionsMonitor<HttpOptions> options)
    {
        _intake = intake;
        _submitter = submitter;
        _starter = starter;
        _waiter = waiter;
        _store = store;
        _attempts = attempts;
        _time = time;
        _options = options.CurrentValue;
    }

    /// <summary>Submits a task: 202 with the task and its location; with <c>?wait=</c> 200 if it is over in time.</summary>
    [Function(nameof(SubmitTask))]
    public async Task<IActionResult> SubmitTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var wait = WaitQuery.Read(request.Query);
        var body = await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken);
        var submission = await _intake.ReadAsync(body, HeaderKey(request), origin: SubmissionOrigin.Of(request), cancellationToken: cancellationToken);
        var task = await _submitter.StoreAsync(submission, cancellationToken);
        AuditTrail.Of(request).Created(task.Id.ToString()).Changed("task", null, task.Id.ToString());
        using var listener = _waiter.Listen(task.Id);
        if (task.Unstarted)
            task = await _starter.TryStartAsync(client, task, cancellationToken);
        if (wait > TimeSpan.Zero)
            task = await _waiter.WaitAsync(listener, task, wait, cancellationToken);

        return wait > TimeSpan.Zero && task.State.IsTerminal() ? TaskAnswers.Ok(task) : TaskAnswers.Accepted(task);
    }

    /// <summary>Lists tasks, newest first.</summary>
    [Function(nameof(ListTasks))]
    public async Task<IActionResult> ListTasks(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        if (await _store.ListAsync(TaskQueryReader.Read(request.Query), cancellationToken) is not TaskListing.Page page)
            throw QueryParameters.InvalidToken();

        return new JsonAnswer<TaskListView>(new TaskListView([.. page.Tasks.Select(TaskSummaryView.Of)], page.ContinuationToken), ApiJson.Api.TaskListView);
    }

    /// <summary>Counts tasks by state and by type.</summary>
    [Function(nameof(CountTasks))]
    public async Task<IActionResult> CountTasks(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/counts")] HttpRequest request,
        CancellationToken cancellationToken) =>
        new JsonAnswer<TaskCountsView>(TaskCountsView.Of(await _store.CountAsync(cancellationToken)), ApiJson.Api.TaskCountsView);

    /// <summary>Shows a task; with <c>?wait=</c> once it is over, or as it stands then.</summary>
    [Function(nameof(GetTask))]
    public async Task<IActionResult> GetTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        await ShowAsync(TaskAnswers.Parse(id), id, WaitQuery.Read(request.Query), cancellationToken);

    /// <summary>Shows the task that has a name.</summary>
    [Function(nameof(GetNamedTask))]
    public async Task<IActionResult> GetNamedTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/named/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken)
    {
        var id = (name.Length <= TaskLimits.NameLength ? await _store.FindNameAsync(name, cancellationToken) : null) ?? throw new ProblemException(KnownProblems.TaskNotFound(name));
        return await ShowAsync(id, name, WaitQuery.Read(request.Query), cancellationToken);
    }

    private async Task<IActionResult> ShowAsync(TaskId id, string asked, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var listener = _waiter.Listen(id);
        if (await _store.GetAsync(id, cancellationToken) is not { Record: var task })
            throw new ProblemException(KnownProblems.TaskNotFound(asked));
        if (wait > TimeSpan.Zero)
            task = await _waiter.WaitAsync(listener, task, wait, cancellationToken);

        var report = MayHaveReported(task) ? await _attempts.GetReportAsync(id, cancellationToken) : null;
        return TaskAnswers.Ok(task, report?.Report);
    }

    /// <summary>An attempt that is made here reports once a second: one that has just begun has not, and is not worth a read.</summary>
    private bool MayHaveReported(TaskRecord task) => task.Lease is { } lease && (lease.IsPending || _time.GetUtcNow() - task.UpdatedAt >= TimeSpan.FromSeconds(1));

    /// <summary>The idempotency key in the header; null: none.</summary>
    internal static string? HeaderKey(HttpRequest request) => request.Headers.TryGetValue(IdempotencyKeyHeader, out var values) ? values.ToString() : null;
}
