using Orchestrator.Access;
using Orchestrator.Audit;

namespace Orchestrator.Functions.Http;

/// <summary>An entry of the audit.</summary>
internal sealed record AuditEntryView
{
    public required string Id { get; init; }

    public required DateTime At { get; init; }

    public required string Actor { get; init; }

    public required string ActorName { get; init; }

    public required Role Role { get; init; }

    public required string Method { get; init; }

    public required string Route { get; init; }

    public required string Target { get; init; }

    public required AuditOutcome Outcome { get; init; }

    public required int? Status { get; init; }

    public required string? Code { get; init; }

    public required DateTime? EndedAt { get; init; }

    public required IReadOnlyList<AuditChange> Changes { get; init; }

    public required string? TraceId { get; init; }

    public static AuditEntryView Of(AuditEntry entry) => new()
    {
        Id = entry.Id.ToString(),
        At = entry.At.UtcDateTime,
        Actor = entry.Actor.Id,
        ActorName = entry.Actor.Name,
        Role = entry.Actor.Role,
        Method = entry.Method,
        Route = entry.Route,
        Target = entry.Target,
        Outcome = entry.End.Outcome,
        Status = entry.End.Status,
        Code = entry.End.Code,
        EndedAt = entry.End.At?.UtcDateTime,
        Changes = entry.End.Changes,
        TraceId = entry.TraceId,
    };
}

/// <summary>A page of the audit.</summary>
internal sealed record AuditView(IReadOnlyList<AuditEntryView> Entries, string? ContinuationToken);
