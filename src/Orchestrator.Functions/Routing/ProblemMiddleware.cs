using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using Orchestrator.Errors;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Routing;

/// <summary>Turns what an HTTP function throws into problem details; without it the host answers an empty 500.</summary>
internal sealed partial class ProblemMiddleware(RefusalLog refusals, ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext()
            ?? throw new InvalidOperationException($"Function {context.FunctionDefinition.Name} has an HTTP trigger, but no HttpContext: ConfigureFunctionsWebApplication is missing.");
        var traceId = InvocationTrace.IdOf(context, http.Request);
        using var scope = TraceScope(logger, traceId);
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            LogAborted(http.Request.Method, context.FunctionDefinition.Name);
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            var problem = ProblemMapping.From(exception);
            if (problem.Status == StatusCodes.Status500InternalServerError)
                LogFault(exception, context.FunctionDefinition.Name);
            else if (RefusalLog.Includes(problem))
                refusals.Say(context.FunctionDefinition.Name, problem, http);
            else
                LogRefused(context.FunctionDefinition.Name, problem.Status, problem.Code);
            if (exception is StorageUnavailableException)
                LogStorage(context.FunctionDefinition.Name, exception.Message);
            context.GetInvocationResult().Value = ProblemAnswer.Create(problem, traceId);
        }
    }
}
