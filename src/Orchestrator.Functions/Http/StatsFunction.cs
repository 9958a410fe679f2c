using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Stats;

namespace Orchestrator.Functions.Http;

/// <summary>The route of figures.</summary>
public sealed class StatsFunction(StatsReader stats)
{
    /// <summary>Says how the app stands; may be asked every two seconds by many.</summary>
    [Function(nameof(GetStats))]
    public async Task<IActionResult> GetStats(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "stats")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        new JsonAnswer<StatsView>(await stats.ReadAsync(client, cancellationToken), ApiJson.Api.StatsView);
}
