using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Orchestrator.Functions.Access;

/// <summary>Applies the route table before an HTTP function runs.</summary>
internal sealed class AccessMiddleware(AccessPolicy policy, OpenWaits waits) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext()!;
        var caller = await policy.DemandAsync(context.FunctionDefinition.Name, http.Request, http.RequestAborted);

        // Until the request is over: its answer may be streamed after its function has returned.
        if (caller is not null && OpenWaits.Includes(http.Request))
            http.Response.RegisterForDispose(waits.Enter(caller));
        await next(context);
    }
}
