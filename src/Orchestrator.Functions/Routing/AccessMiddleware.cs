using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Orchestrator.Functions.Routing;

/// <summary>Applies the route table before an HTTP function runs.</summary>
internal sealed class AccessMiddleware(AccessPolicy policy) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        policy.Demand(context.FunctionDefinition.Name, context.GetHttpContext()!.Request);
        return next(context);
    }
}
