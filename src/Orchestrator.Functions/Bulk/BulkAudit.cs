using System.Globalization;
using Orchestrator.Access;
using Orchestrator.Agents;
using Orchestrator.Audit;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Problems;
using Orchestrator.Functions.Tracing;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Bulk;

/// <summary>
/// Enters what bulk tasks do into the audit, each attempt by itself and before it does anything. The routes' own entries would not do: a bulk task may come by a batch, by the queue or by a
/// rerun, and what it did is known only at its end.
/// </summary>
internal sealed class BulkAudit(ITaskStore store, AuditRecorder recorder)
{
    /// <summary>In place of the HTTP method and the route.</summary>
    public const string Method = "RUN", Route = "bulk";

    /// <summary>Enters that an attempt begins.</summary>
    /// <exception cref="Errors.StorageUnavailableException">It could not be entered; the attempt must do nothing.</exception>
    public async Task<AuditEntry> BeginAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var by = (await store.GetAsync(context.TaskId, cancellationToken))?.Record.SubmittedBy ?? "unknown";
        return await recorder.BeginAsync(
            (id, now) => new AuditEntry
            {
                Id = id,
                At = now,

                // Whoever may submit is an operator at least; the task remembers no more.
                Actor = new AuditActor(by, by, Role.Operator),
                Method = Method,
                Route = Route,
                Target = context.TaskId.ToString(),
                TraceId = TraceParents.IdOf(context.TraceParent),
            },
            cancellationToken);
    }

    /// <summary>Enters how an attempt ended.</summary>
    /// <param name="progress">What it and those before it have done.</param>
    /// <param name="failure">Why it did not come to its end; null: it did, or hands on to another.</param>
    public Task EndAsync(AuditEntry entry, AgentContext context, BulkRequest request, BulkProgress progress, Exception? failure)
    {
        AuditChange[] changes =
        [
            Said("action", request.Action.ToString()),
            Said("attempt", Number(context.Attempt)),
            Said("matched", Number(progress.Matched)),
            Said("done", Number(progress.Done)),
            Said("skipped", Number(progress.Skipped)),
            Said("failed", Number(progress.Failed)),
        ];
        var end = new AuditEnd(failure is null ? AuditOutcome.Done : AuditOutcome.Failed, At: null, Status: null, failure is null ? null : CodeOf(failure), changes);
        return recorder.EndAsync(entry, end);
    }

    private static string CodeOf(Exception failure) => failure switch
    {
        AgentException agent => agent.Code,
        OperationCanceledException => "cancelled",
        _ => ProblemMapping.From(failure).Code,
    };

    private static AuditChange Said(string field, string after) => new(field, null, after);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
