using Microsoft.AspNetCore.Http;
using Orchestrator.Audit;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Audit;

/// <summary>
/// Where a function says what it has changed. The one way from a function to the audit: only names of fields and short values, such as states, versions, ids and
/// counts, and never what a task carries, for that may hold secrets.
/// </summary>
internal sealed class AuditTrail
{
    private const int MostChanges = 50;
    private static readonly object ItemKey = new();
    private readonly List<AuditChange> _changes = [];

    /// <summary>What the action is about, where its address does not say; null: it does.</summary>
    public string? Target { get; private set; }

    /// <summary>What was said so far.</summary>
    public IReadOnlyList<AuditChange> Changes => _changes;

    /// <summary>The trail of a request. Of one that is not audited, what is said to it is forgotten.</summary>
    public static AuditTrail Of(HttpRequest request) => request.HttpContext.Items.TryGetValue(ItemKey, out var trail) ? (AuditTrail)trail! : new AuditTrail();

    /// <summary>A new trail for a request.</summary>
    public static AuditTrail Begin(HttpContext http)
    {
        var trail = new AuditTrail();
        http.Items[ItemKey] = trail;
        return trail;
    }

    /// <summary>Says what a value was and is now; null: there is none, or it is not known.</summary>
    public AuditTrail Changed(string field, string? before, string? after)
    {
        if (_changes.Count < MostChanges)
            _changes.Add(new AuditChange(field, before, after));
        return this;
    }

    /// <summary>Says what was created, so that its entry is found by it.</summary>
    public AuditTrail Created(string id)
    {
        Target = id;
        return this;
    }

    /// <summary>Says from which state to which a task went.</summary>
    /// <param name="wish">What the wish came to, such as <c>Requested</c>.</param>
    /// <param name="change">What was written; null: nothing.</param>
    public void Changed(object wish, TaskChange? change)
    {
        Changed("decision", null, wish.GetType().Name);
        if (change is not null)
            Changed("state", change.Before?.State.ToString(), change.After.State.ToString());
    }
}
