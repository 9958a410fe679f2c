using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Options;
using Orchestrator.Audit;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Routing;

namespace Orchestrator.Functions.Audit;

/// <summary>
/// Enters every action into the audit, by the route table: a new route cannot forget it. Who wants to do what is written before it is done; where that cannot
/// be written, nothing is done. How it ended is written afterwards; where that cannot be, the action stands and its entry says that its end is not known.
/// </summary>
internal sealed class AuditMiddleware(AuditRecorder recorder, IOptions<AuditOptions> options) : IFunctionsWorkerMiddleware
{
    private readonly bool _submissions = options.Value.Submissions;

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext()!;
        if (RouteTable.Find(context.FunctionDefinition.Name) is not { } route || !route.IsAudited(_submissions) || Caller.Of(http) is not { } caller)
        {
            await next(context);
            return;
        }

        var entry = await recorder.BeginAsync(
            (id, now) => new AuditEntry
            {
                Id = id,
                At = now,
                Actor = caller.Actor,
                Method = route.Method,
                Route = route.Template,
                Target = route.TargetOf(http.Request.RouteValues),
                TraceId = InvocationTrace.IdOf(context, http.Request),
            },
            http.RequestAborted);
        var trail = AuditTrail.Begin(http);
        try
        {
            await next(context);
            await recorder.EndAsync(entry, new AuditEnd(AuditOutcome.Done, At: null, StatusOf(context), Code: null, trail.Changes) { Target = trail.Target });
        }
        catch (Exception exception)
        {
            var problem = ProblemMapping.From(exception);
            var outcome = problem.Status < StatusCodes.Status500InternalServerError ? AuditOutcome.Refused : AuditOutcome.Failed;
            await recorder.EndAsync(entry, new AuditEnd(outcome, At: null, problem.Status, problem.Code, trail.Changes) { Target = trail.Target });
            throw;
        }
    }

    private static int StatusOf(FunctionContext context) =>
        context.GetInvocationResult().Value is IStatusCodeActionResult { StatusCode: { } status } ? status : StatusCodes.Status200OK;
}
