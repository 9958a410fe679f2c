using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Audit;

namespace Orchestrator.Functions.Routing;

/// <summary>The middleware of HTTP functions.</summary>
internal static class HttpTriggers
{
    /// <summary>
    /// Adds it, for HTTP functions only: middleware around an orchestrator would have to be deterministic, and one around an
    /// activity would turn its failure into an answer that nobody reads. Who calls is asked before storage is: also while it is away nobody gets past without a
    /// key, refusals count, and whoever has a key of the settings gets to what works without it.
    /// </summary>
    public static IFunctionsWorkerApplicationBuilder UseHttpMiddleware(this IFunctionsWorkerApplicationBuilder builder) =>
        builder.UseWhen<ProblemMiddleware>(IsHttp)
            .UseWhen<ShieldMiddleware>(IsHttp)
            .UseWhen<AccessMiddleware>(IsHttp)
            .UseWhen<StorageMiddleware>(IsHttp)
            .UseWhen<AuditMiddleware>(IsHttp);

    private static bool IsHttp(FunctionContext context) =>
        context.FunctionDefinition.InputBindings.Values.Any(binding => binding.Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase));
}
