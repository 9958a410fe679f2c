using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>A named, versioned definition of a kind of task.</summary>
public sealed record TaskType
{
    /// <summary>1–200 characters of a–z, 0–9, '.', '-' and '_', beginning with a letter or digit.</summary>
    public required string Name { get; init; }

    /// <summary>1 or more; raised when a change of the definition would matter to tasks in flight.</summary>
    public int Version { get; init; } = 1;

    /// <summary>What such a task does, for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Retries of a failed attempt.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>How long one attempt may take: over 0, below the function time-out; default 5 min.</summary>
    public TimeSpan AttemptTimeLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Finds what is wrong with an input, pointers relative to the input; null accepts every input.</summary>
    public Func<JsonElement, IEnumerable<Fault>>? CheckInput { get; init; }
}
