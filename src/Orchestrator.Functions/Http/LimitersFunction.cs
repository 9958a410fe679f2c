using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Limits;

namespace Orchestrator.Functions.Http;

/// <summary>The route of limiters.</summary>
public sealed class LimitersFunction(LimiterOverview limiters)
{
    /// <summary>Most limiters that are shown.</summary>
    private const int Most = 1_000;

    /// <summary>Lists the limiters that are in use, by task type and key.</summary>
    [Function(nameof(ListLimiters))]
    public async Task<IActionResult> ListLimiters(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "limiters")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        new JsonAnswer<LimitersView>(new LimitersView(await limiters.ListAsync(client, Most, cancellationToken)), ApiJson.Api.LimitersView);
}
