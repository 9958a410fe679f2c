using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;
using Orchestrator.Functions.Activities;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Problems;
using Orchestrator.History;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Http;

/// <summary>The routes of attempts: what became of each, and how somebody outside completes one that is pending.</summary>
public sealed class AttemptsFunctions
{
    /// <summary>The header that carries an attempt's token.</summary>
    public const string TokenHeader = "Orchestrator-Attempt-Token";

    private const int LogTries = 40;

    /// <summary>Fits into a row however it is escaped; a longer log is written in several parts.</summary>
    private const int LogPartCharacters = 64_000;

    private readonly ITaskStore _store;
    private readonly IAttemptStore _attempts;
    private readonly IAttemptTokens _tokens;
    private readonly TaskLifecycle _lifecycle;
    private readonly OrchestrationStarter _orchestrations;
    private readonly OutputCheck _outputs;
    private readonly TimeProvider _time;
    private readonly HttpOptions _options;

    /// <summary>Creates the functions.</summary>
    public AttemptsFunctions(
        ITaskStore store,
        IAttemptStore attempts,
        IAttemptTokens tokens,
        TaskLifecycle lifecycle,
        OrchestrationStarter orchestrations,
        OutputCheck outputs,
        TimeProvider time,
        IOptionsMonitor<HttpOptions> options)
    {
        _store = store;
        _attempts = attempts;
        _tokens = tokens;
        _lifecycle = lifecycle;
        _orchestrations = orchestrations;
        _outputs = outputs;
        _time = time;
        _options = options.CurrentValue;
    }

    /// <summary>Shows a task's attempts, without their logs.</summary>
    [Function(nameof(ListAttempts))]
    public async Task<IActionResult> ListAttempts(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/{id}/attempts")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var attempts = await ReadAsync(TaskAnswers.Parse(id), cancellationToken) ?? throw TaskAnswers.NotFound(id);
        return new JsonAnswer<AttemptsView>(new AttemptsView([.. attempts.Select(attempt => AttemptView.Of(attempt))]), ApiJson.Api.AttemptsView);
    }

    /// <summary>Shows an attempt with its input, its log, and what it has said of its progress.</summary>
    [Function(nameof(GetAttempt))]
    public async Task<IActionResult> GetAttempt(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "tasks/{id}/attempts/{attempt}")] HttpRequest request,
        string id,
        string attempt,
        CancellationToken cancellationToken)
    {
        var task = TaskAnswers.Parse(id);
        if (await _store.GetAsync(task, cancellationToken) is not { Record: var record } || await ReadAsync(task, cancellationToken) is not { } attempts)
            throw TaskAnswers.NotFound(id);
        if (!TryParse(attempt, out var number) || attempts.FirstOrDefault(one => one.Number == number) is not { } found)
            throw new ProblemException(KnownProblems.AttemptNotFound(task, attempt));

        var report = await _attempts.GetReportAsync(task, cancellationToken);
        var log = await _attempts.GetLogAsync(task, number, cancellationToken);
        var view = AttemptDetailView.Of(found, record, report is { Report.Attempt: var said } && said == number ? report.Report : null, log);
        return new JsonAnswer<AttemptDetailView>(view, ApiJson.Api.AttemptDetailView);
    }

    /// <summary>Hands out the token of the attempt that is under way, to be given to whoever is to complete it.</summary>
    [Function(nameof(IssueAttemptToken))]
    public async Task<IActionResult> IssueAttemptToken(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/attempts/{attempt}/token")] HttpRequest request,
        string id,
        string attempt,
        CancellationToken cancellationToken)
    {
        var task = TaskAnswers.Parse(id);
        if (await _store.GetAsync(task, cancellationToken) is not { Record: var record })
            throw TaskAnswers.NotFound(id);
        if (!TryParse(attempt, out var number) || number > Math.Max(record.Attempt, 1))
            throw new ProblemException(KnownProblems.AttemptNotFound(task, attempt));
        if (record.Lease is not { } lease || lease.Number != number)
            throw new ProblemException(KnownProblems.AttemptOver(record, number));

        var token = await _tokens.IssueAsync(task, number, lease.Epoch, cancellationToken);
        return new JsonAnswer<AttemptTokenView>(new AttemptTokenView(token, lease.Deadline?.UtcDateTime), ApiJson.Api.AttemptTokenView);
    }

    /// <summary>Ends a pending attempt with an output: 200 with the task as it stands then.</summary>
    [Function(nameof(CompleteAttempt))]
    public async Task<IActionResult> CompleteAttempt(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/attempts/{attempt}/complete")] HttpRequest request,
        string id,
        string attempt,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var (current, lease) = await DemandAsync(request, id, attempt, cancellationToken);
        var body = AttemptBody.Read(await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken), "output");
        var output = body.Output();
        if (Encoding.UTF8.GetByteCount(output) is var size and > TaskLimits.PayloadBytes)
            throw new PayloadTooLargeException($"The output of attempt {lease.Number} of task {current.Record.Id}", size, TaskLimits.PayloadBytes);

        var outcome = await _outputs.CheckAsync(current.Record, new AttemptOutcome.Succeeded(output), cancellationToken);
        return await EndAsync(client, current, lease, outcome, cancellationToken);
    }

    /// <summary>Ends a pending attempt with an error: 200 with the task as it stands then.</summary>
    [Function(nameof(FailAttempt))]
    public async Task<IActionResult> FailAttempt(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/attempts/{attempt}/fail")] HttpRequest request,
        string id,
        string attempt,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var (current, lease) = await DemandAsync(request, id, attempt, cancellationToken);
        var body = AttemptBody.Read(await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken), "code", "message", "isRetryable");
        return await EndAsync(client, current, lease, body.Failure(), cancellationToken);
    }

    /// <summary>Gives a sign of life of a pending attempt, with progress, details for the next attempt and log lines if wanted: 200 with what whoever works on it must know.</summary>
    [Function(nameof(HeartbeatAttempt))]
    public async Task<IActionResult> HeartbeatAttempt(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/{id}/attempts/{attempt}/heartbeat")] HttpRequest request,
        string id,
        string attempt,
        CancellationToken cancellationToken)
    {
        var (current, lease) = await DemandAsync(request, id, attempt, cancellationToken);
        var body = AttemptBody.Read(await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken), "percent", "text", "details", "log");
        var now = _time.GetUtcNow();
        var task = current.Record;
        var last = await _attempts.GetReportAsync(task.Id, cancellationToken);
        var before = last?.Report is { } said && said.Attempt == lease.Number && said.Epoch == lease.Epoch ? said : null;

        // All of it is read before anything is written. The details of an earlier attempt stay the last until this one has some of its own.
        var (report, lines) = body.Heartbeat(before ?? new AttemptReport(lease.Number, lease.Epoch, now) { Details = last?.Report.Details }, now);
        var mask = await MaskOfAsync(task, cancellationToken);
        await _attempts.ReportAsync(task.Id, mask.Report(report), cancellationToken);
        if (lines.Count > 0)
            await AddLogAsync(task.Id, lease, [.. lines.Select(line => line with { Text = mask.Words(line.Text) })], cancellationToken);

        return new JsonAnswer<HeartbeatView>(new HeartbeatView(task.State, task.CancelRequested, lease.Deadline?.UtcDateTime), ApiJson.Api.HeartbeatView);
    }

    private async Task<IActionResult> EndAsync(DurableTaskClient client, StoredTask current, AttemptLease lease, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        var mask = await MaskOfAsync(current.Record, cancellationToken);
        var result = await _lifecycle.CompleteAsync(current, lease, mask.Outcome(outcome), cancellationToken);
        var task = result.Task.Record;
        if (result.Decision is CompletionDecision.Stale)
            throw new ProblemException(KnownProblems.AttemptOver(task, lease.Number));

        // Over without follow-ups: the orchestration has nothing left to do, and if the event is lost it finds out by itself.
        if (task.State.IsTerminal() && !task.Unstarted)
            await _orchestrations.NotifyAsync(client, task.Id);
        else
            await _orchestrations.WakeAsync(client, task.Id);
        return TaskAnswers.Ok(task);
    }

    /// <summary>Whoever works outside has asked for no secrets here.</summary>
    private async Task<AttemptMask> MaskOfAsync(TaskRecord task, CancellationToken cancellationToken) => new(await _outputs.FindMaskAsync(task, cancellationToken), secrets: null);

    /// <summary>
    /// Parts of attempts that are completed outside are numbered by the lines there are; whoever was slower than another call numbers anew. What passes
    /// the bounds is dropped, and the last line says so.
    /// </summary>
    private async Task AddLogAsync(TaskId task, AttemptLease lease, IReadOnlyList<AttemptLogLine> lines, CancellationToken cancellationToken)
    {
        for (var i = 0; i < LogTries; i++)
        {
            var there = await _attempts.GetLogAsync(task, lease.Number, cancellationToken);
            var kept = AttemptLog.Kept(there, lines, _time.GetUtcNow());
            var room = LogPartCharacters;
            AttemptLogLine[] part = [.. kept.TakeWhile(line => (room -= line.Text.Length) >= 0)];
            if (part.Length == 0)
                return;
            if (!await _attempts.AddLogAsync(task, new AttemptLog(new AttemptLogPart(lease.Number, lease.Epoch, there.Count), part), cancellationToken))
                continue;
            if (part.Length == kept.Count)
                return;
            lines = [.. lines.Skip(part.Length)];
        }

        throw new TaskContendedException(task, LogTries);
    }

    /// <summary>The task and the lease that the caller's token is good for.</summary>
    private async Task<(StoredTask Task, AttemptLease Lease)> DemandAsync(HttpRequest request, string id, string attempt, CancellationToken cancellationToken)
    {
        var task = TaskAnswers.Parse(id);
        if (!TryParse(attempt, out var number))
            throw new ProblemException(KnownProblems.AttemptNotFound(task, attempt));

        var token = request.Headers[TokenHeader].ToString();
        if (await _tokens.ReadAsync(token, task, number, cancellationToken) is not { } epoch)
            throw new ProblemException(KnownProblems.AttemptTokenInvalid(task, number));
        if (await _store.GetAsync(task, cancellationToken) is not { } current)
            throw TaskAnswers.NotFound(id);
        if (current.Record.Lease is not { } lease || lease.Epoch != epoch || lease.Number != number)
            throw new ProblemException(KnownProblems.AttemptOver(current.Record, number));

        return (current, lease);
    }

    private async Task<IReadOnlyList<AttemptHistory>?> ReadAsync(TaskId task, CancellationToken cancellationToken)
    {
        var events = await _store.GetEventsAsync(task, after: 0, cancellationToken);
        return events.Count == 0 ? null : AttemptHistory.Of(events);
    }

    private static bool TryParse(string text, out int attempt) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out attempt) && attempt > 0;
}
