using System.Text.Json;

namespace Orchestrator.Functions.Bulk;

/// <summary>What became of one task.</summary>
/// <param name="Outcome"><c>done</c>, <c>skipped</c> or <c>failed</c>.</param>
/// <param name="Reason">Why, in snake_case; for what was done, what was.</param>
/// <param name="Task">The new task, where there is one.</param>
public sealed record BulkOutcome(string Id, string Outcome, string Reason, string? Task = null);

/// <summary>How far a bulk task is: what its heartbeats hold, so that whoever goes on with it begins where the last one ended.</summary>
public sealed record BulkProgress
{
    /// <summary>Outcomes that the output shows; the log has all.</summary>
    public const int Shown = 100;

    /// <summary>Tasks found; counted before the first is touched.</summary>
    public int Total { get; init; }

    /// <summary>Whether they are still being counted.</summary>
    public bool IsCounting { get; init; }

    /// <summary>Whether there were more than the limit.</summary>
    public bool IsMore { get; init; }

    /// <summary>Tasks looked at.</summary>
    public int Matched { get; init; }

    /// <summary>Token of the page of the list that comes next; null: the first.</summary>
    public string? Next { get; init; }

    /// <summary>How many came to each outcome.</summary>
    public int Done { get; init; }

    /// <summary>Tasks that were left as they are.</summary>
    public int Skipped { get; init; }

    /// <summary>Tasks with which something went wrong.</summary>
    public int Failed { get; init; }

    /// <summary>How many came to each reason.</summary>
    public IReadOnlyDictionary<string, int> ByReason { get; init; } = new Dictionary<string, int>();

    /// <summary>The first outcomes.</summary>
    public IReadOnlyList<BulkOutcome> Outcomes { get; init; } = [];

    /// <summary>Reads the details of a heartbeat.</summary>
    public static BulkProgress? Read(JsonElement? heartbeat) => heartbeat?.Deserialize<BulkProgress>(JsonSerializerOptions.Web);

    /// <summary>With a page of outcomes more.</summary>
    /// <param name="next">Token of the page after it.</param>
    public BulkProgress Add(IReadOnlyList<BulkOutcome> outcomes, string? next)
    {
        var reasons = new Dictionary<string, int>(ByReason);
        foreach (var outcome in outcomes)
            reasons[outcome.Reason] = reasons.GetValueOrDefault(outcome.Reason) + 1;
        return this with
        {
            Matched = Matched + outcomes.Count,
            Done = Done + outcomes.Count(outcome => outcome.Outcome == "done"),
            Skipped = Skipped + outcomes.Count(outcome => outcome.Outcome == "skipped"),
            Failed = Failed + outcomes.Count(outcome => outcome.Outcome == "failed"),
            ByReason = reasons,
            Outcomes = [.. Outcomes, .. outcomes.Take(Shown - Outcomes.Count)],
            Next = next,
        };
    }
}
