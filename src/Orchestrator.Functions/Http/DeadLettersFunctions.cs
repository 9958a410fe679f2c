using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.DeadLetters;
using Orchestrator.Functions.Problems;
using Orchestrator.History;

namespace Orchestrator.Functions.Http;

/// <summary>The routes of dead letters.</summary>
public sealed class DeadLettersFunctions(IDeadLetterStore store, DeadLetterRedriver redriver, IOptionsMonitor<HttpOptions> options)
{
    /// <summary>Lists dead letters, those given up last first.</summary>
    [Function(nameof(ListDeadLetters))]
    public async Task<IActionResult> ListDeadLetters(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dead-letters")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        if (await store.ListAsync(DeadLetterQueryReader.Read(request.Query), cancellationToken) is not DeadLetterListing.Page page)
            throw QueryParameters.InvalidToken();

        var view = new DeadLetterListView([.. page.Letters.Select(DeadLetterSummaryView.Of)], page.ContinuationToken);
        return new JsonAnswer<DeadLetterListView>(view, ApiJson.Api.DeadLetterListView);
    }

    /// <summary>Shows a dead letter with its body.</summary>
    [Function(nameof(GetDeadLetter))]
    public async Task<IActionResult> GetDeadLetter(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dead-letters/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        Answer(await store.GetAsync(Parse(id), cancellationToken) ?? throw new ProblemException(KnownProblems.DeadLetterNotFound(id)));

    /// <summary>Tries to deliver a dead letter after all: 200 with the letter, which says what came of it.</summary>
    [Function(nameof(RedriveDeadLetter))]
    public async Task<IActionResult> RedriveDeadLetter(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "dead-letters/{id}/redrive")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var letter = Parse(id);
        var body = RedriveBody.Read(await RequestBody.ReadAsync(request, options.CurrentValue.MaxBodyBytes, cancellationToken));
        var redriven = await redriver.RedriveAsync(client, letter, body, cancellationToken);
        AuditTrail.Of(request)
            .Changed("outcome", null, redriven.Letter.Redrive?.Outcome.ToString())
            .Changed("task", null, redriven.Letter.Redrive?.Task?.ToString())
            .Changed("body", null, body is null ? "its own" : "another");
        return Answer(redriven);
    }

    /// <summary>Deletes a dead letter: 204, also when it is gone already.</summary>
    [Function(nameof(DiscardDeadLetter))]
    public async Task<IActionResult> DiscardDeadLetter(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "dead-letters/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var isGone = await store.DeleteAsync(Parse(id), cancellationToken);
        AuditTrail.Of(request).Changed("letter", isGone ? id : null, after: null);
        return new EmptyAnswer(StatusCodes.Status204NoContent);
    }

    private static DeadLetterId Parse(string id) =>
        DeadLetterId.TryParse(id, out var parsed) ? parsed : throw new ProblemException(KnownProblems.DeadLetterNotFound(id));

    private static JsonAnswer<DeadLetterView> Answer(StoredDeadLetter letter) => new(DeadLetterView.Of(letter), ApiJson.Api.DeadLetterView);
}
