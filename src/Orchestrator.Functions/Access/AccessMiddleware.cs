using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Orchestrator.Functions.Access;

/// <summary>Applies the route table before an HTTP function runs.</summary>
internal sealed class AccessMiddleware(AccessPolicy policy) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext()!;
        var caller = await policy.DemandAsync(context.FunctionDefinition.Name, http.Request, http.RequestAborted);
        caller?.Enter(http);
        await next(context);
    }
}
