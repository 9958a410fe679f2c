using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Audit;

namespace Orchestrator.Functions.Http;

/// <summary>The route of the audit.</summary>
public sealed class AuditFunction(IAuditStore store)
{
    /// <summary>Lists who did what, newest first.</summary>
    [Function(nameof(ListAudit))]
    public async Task<IActionResult> ListAudit(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "audit")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        if (await store.ListAsync(AuditQueryReader.Read(request.Query), cancellationToken) is not AuditListing.Page page)
            throw QueryParameters.InvalidToken();

        return new JsonAnswer<AuditView>(new AuditView([.. page.Entries.Select(AuditEntryView.Of)], page.ContinuationToken), ApiJson.Api.AuditView);
    }
}
