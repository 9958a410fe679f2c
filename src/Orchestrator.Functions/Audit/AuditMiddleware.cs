using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
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
internal sealed partial class AuditMiddleware : IFunctionsWorkerMiddleware
{
    /// <summary>How long an answer waits for the end of its entry at most.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    private readonly IAuditStore _store;
    private readonly IRandomSource _random;
    private readonly TimeProvider _time;
    private readonly bool _submissions;
    private readonly ILogger<AuditMiddleware> _logger;

    public AuditMiddleware(IAuditStore store, IRandomSource random, TimeProvider time, IOptions<AuditOptions> options, ILogger<AuditMiddleware> logger)
    {
        _store = store;
        _random = random;
        _time = time;
        _submissions = options.Value.Submissions;
        _logger = logger;
    }

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        var http = context.GetHttpContext()!;
        if (RouteTable.Find(context.FunctionDefinition.Name) is not { } route || !route.IsAudited(_submissions) || Caller.Of(http) is not { } caller)
        {
            await next(context);
            return;
        }

        var now = _time.GetUtcNow();
        var entry = new AuditEntry
        {
            Id = AuditEntryId.New(now, _random),
            At = now,
            Actor = caller.Actor,
            Method = route.Method,
            Route = route.Template,
            Target = route.TargetOf(http.Request.RouteValues),
            TraceId = InvocationTrace.IdOf(context, http.Request),
        };
        await _store.BeginAsync(entry, http.RequestAborted);
        var trail = AuditTrail.Begin(http);
        try
        {
            await next(context);
            await EndAsync(entry, new AuditEnd(AuditOutcome.Done, _time.GetUtcNow(), StatusOf(context), Code: null, trail.Changes));
        }
        catch (Exception exception)
        {
            var problem = ProblemMapping.From(exception);
            var outcome = problem.Status < StatusCodes.Status500InternalServerError ? AuditOutcome.Refused : AuditOutcome.Failed;
            await EndAsync(entry, new AuditEnd(outcome, _time.GetUtcNow(), problem.Status, problem.Code, trail.Changes));
            throw;
        }
    }

    private async Task EndAsync(AuditEntry entry, AuditEnd end)
    {
        try
        {
            // The caller may be gone; what was done was done.
            await _store.EndAsync(entry.Id, end, CancellationToken.None).WaitAsync(EndLimit, _time);
        }
        catch (Exception exception)
        {
            LogNotEnded(exception, entry.Id.ToString(), entry.Method, entry.Route, entry.Target, end.Outcome);
        }
    }

    private static int StatusOf(FunctionContext context) =>
        context.GetInvocationResult().Value is IStatusCodeActionResult { StatusCode: { } status } ? status : StatusCodes.Status200OK;

    [LoggerMessage(4020, LogLevel.Warning, "The end of audit entry {EntryId} could not be written: {Method} {Route} on '{Target}' was {Outcome}.")]
    private partial void LogNotEnded(Exception exception, string entryId, string method, string route, string target, AuditOutcome outcome);
}
