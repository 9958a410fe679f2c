using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Orchestrator.Availability;

namespace Orchestrator.Functions.Routing;

/// <summary>
/// While storage is away an HTTP function is not even begun: its caller is told so at once. One that had begun and waits for what storage alone could
/// bring is broken off.
/// </summary>
internal sealed class StorageMiddleware(IStorageAvailability storage) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (RouteTable.Find(context.FunctionDefinition.Name) is { WorksWithoutStorage: true })
        {
            await next(context);
            return;
        }

        storage.ThrowIfAway();
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (!context.GetHttpContext()!.RequestAborted.IsCancellationRequested)
        {
            storage.ThrowIfAway();
            throw;
        }
    }
}
