using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Submissions;

namespace Orchestrator.Functions.Http;

/// <summary>The route that only checks a task.</summary>
public sealed class TaskValidationFunctions
{
    private readonly SubmissionIntake _intake;
    private readonly TaskSubmitter _submitter;
    private readonly HttpOptions _options;

    /// <summary>Creates the function.</summary>
    public TaskValidationFunctions(SubmissionIntake intake, TaskSubmitter submitter, IOptionsMonitor<HttpOptions> options)
    {
        _intake = intake;
        _submitter = submitter;
        _options = options.CurrentValue;
    }

    /// <summary>Says whether a submission would be accepted, with the same problem if not; writes nothing.</summary>
    [Function(nameof(ValidateTask))]
    public async Task<IActionResult> ValidateTask(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "tasks/validate")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync(request, _options.MaxBodyBytes, cancellationToken);
        var submission = await _intake.ReadAsync(body, TasksFunctions.HeaderKey(request), cancellationToken: cancellationToken);
        await _submitter.CheckAsync(submission, cancellationToken);
        return new JsonAnswer<ValidationView>(new ValidationView(true, submission.Type.Name, submission.Type.Version), ApiJson.Api.ValidationView);
    }
}
