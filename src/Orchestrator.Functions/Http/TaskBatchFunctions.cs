using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Entities;
using Orchestrator.Functions.Submissions;

namespace Orchestrator.Functions.Http;

/// <summary>The route that takes many tasks at once.</summary>
public sealed class TaskBatchFunctions
{
    private readonly BatchIntake _batches;
    private readonly DurableClientSlot _slot;
    private readonly HttpOptions _options;

    /// <summary>Creates the functions.</summary>
    public TaskBatchFunctions(BatchIntake batches, DurableClientSlot slot, IOptionsMonitor<HttpOptions> options)
    {
        _batches = batches;
        _slot = slot;
        _options = options.CurrentValue;
    }

    /// <summary>Submits up to 1,000 tasks: 200 with what came of each, once all that are accepted are stored. They are started afterwards.</summary>
    [Function(nameof(SubmitTasks))]
    public async Task<IActionResult> SubmitTasks(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/batch")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        _slot.Client = client;
        var body = await RequestBody.ReadAsync(request, _options.MaxBatchBytes, cancellationToken);
        var outcomes = await _batches.SubmitAsync(body, SubmissionOrigin.Of(request), cancellationToken);
        AuditTrail.Of(request).Changed("tasks", null, outcomes.Count.ToString(CultureInfo.InvariantCulture));
        return new JsonAnswer<BatchView>(BatchView.Of(outcomes), ApiJson.Api.BatchView);
    }
}
