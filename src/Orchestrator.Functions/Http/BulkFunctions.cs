using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Bulk;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Submissions;

namespace Orchestrator.Functions.Http;

/// <summary>The route by which something is done to many tasks.</summary>
public sealed class BulkFunctions(SubmissionIntake intake, TaskSubmitter submitter, IOptionsMonitor<HttpOptions> options)
{
    /// <summary>Submits a task of the type <c>bulk</c> whose input is the body: 202 with the task and its location.</summary>
    [Function(nameof(SubmitBulk))]
    public async Task<IActionResult> SubmitBulk(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/bulk")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var input = await RequestBody.ReadAsync(request, options.CurrentValue.MaxBodyBytes, cancellationToken);
        var faults = StrictJson.Check(input.Span, SubmissionIntake.MaxJsonDepth - 1);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        byte[] body = [.. Encoding.UTF8.GetBytes($$"""{"type":"{{BulkAgent.TaskType}}","input":"""), .. input.Span, .. "}"u8];
        var submission = await intake.ReadAsync(body, TasksFunctions.HeaderKey(request), origin: SubmissionOrigin.Of(request), cancellationToken: cancellationToken);
        var task = (await submitter.SubmitAsync(client, submission, cancellationToken)).Task;
        AuditTrail.Of(request).Created(task.Id.ToString()).Changed("task", null, task.Id.ToString());
        return TaskAnswers.Accepted(task);
    }
}
