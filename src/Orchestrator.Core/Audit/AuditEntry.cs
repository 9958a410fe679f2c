using Orchestrator.Access;

namespace Orchestrator.Audit;

/// <summary>What became of an action.</summary>
public enum AuditOutcome
{
    /// <summary>It was begun, and nothing is known of its end: it is under way, or the process or storage went away meanwhile. It may have been done.</summary>
    Begun,

    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was refused; nothing was changed.</summary>
    Refused,

    /// <summary>It failed, perhaps half-way.</summary>
    Failed,
}

/// <summary>Who acted.</summary>
/// <param name="Id">Says how they came in and who they are: <c>key:{id}</c>, <c>configured:{holder}</c>, <c>entra:{object id}</c> or <c>local</c>.</param>
/// <param name="Name">What people call them.</param>
/// <param name="Role">What they might do then.</param>
public sealed record AuditActor(string Id, string Name, Role Role);

/// <summary>One thing that an action has changed. Values are states, numbers, ids and names; never what tasks carry, which may hold secrets.</summary>
/// <param name="Field">What it is, such as <c>state</c>.</param>
/// <param name="Before">Null: there was none, or it is not known.</param>
/// <param name="After">Null: there is none any more.</param>
public sealed record AuditChange(string Field, string? Before, string? After);

/// <summary>What somebody did, or tried to.</summary>
public sealed record AuditEntry
{
    /// <summary>Its id.</summary>
    public required AuditEntryId Id { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who acted.</summary>
    public required AuditActor Actor { get; init; }

    /// <summary>The HTTP method, upper case.</summary>
    public required string Method { get; init; }

    /// <summary>The route's template, such as <c>tasks/{id}/cancel</c>.</summary>
    public required string Route { get; init; }

    /// <summary>What it was done to, such as a task's id; empty when the route names nothing.</summary>
    public required string Target { get; init; }

    /// <summary>The trace it belongs to, 32 hexadecimal digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>What became of it.</summary>
    public AuditEnd End { get; init; } = AuditEnd.None;
}

/// <summary>How an action ended.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">When; null while it is not known.</param>
/// <param name="Status">The HTTP status it was answered with.</param>
/// <param name="Code">The problem's code.</param>
/// <param name="Changes">What it has changed.</param>
public sealed record AuditEnd(AuditOutcome Outcome, DateTimeOffset? At, int? Status, string? Code, IReadOnlyList<AuditChange> Changes)
{
    /// <summary>Nothing is known of the end.</summary>
    public static AuditEnd None { get; } = new(AuditOutcome.Begun, null, null, null, []);

    /// <summary>What it was done to, where that was not known before: what was created; null: what the entry says.</summary>
    public string? Target { get; init; }
}
