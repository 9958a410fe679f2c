using System.Text.Json;
using Orchestrator.Limits;
using Orchestrator.Retention;

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

    /// <summary>Time limits of a task and its attempts.</summary>
    public TaskTimeouts Timeouts { get; init; } = TaskTimeouts.Default;

    /// <summary>What an agent must be capable of to be given such a task; by default the type's own name.</summary>
    public string Capability { get => field ?? Name; init; }

    /// <summary>JSON Schema of the input, as JSON text; null accepts every input.</summary>
    public string? InputSchema { get; init; }

    /// <summary>JSON Schema of the output, as JSON text; null accepts every output.</summary>
    public string? OutputSchema { get; init; }

    /// <summary>JSON text of the input of a task that is submitted without one; null: such a task's input is null.</summary>
    public string? DefaultInput { get; init; }

    /// <summary>Priority of a task that is submitted without one: 0–9, higher first, default 5.</summary>
    public int Priority { get; init; } = TaskLimits.DefaultPriority;

    /// <summary>How many such tasks may be worked on at once; null: as many as there are.</summary>
    public ConcurrencyLimit? Concurrency { get; init; }

    /// <summary>How long a task is kept after its end, by state: 1 minute to 3,650 days; null: as long as the store keeps tasks.</summary>
    public TaskRetention? Retention { get; init; }

    /// <summary>Who answers for the type, for people: 0–200 characters.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Tags that every such task gets besides its own: at most 20 of 1–64 characters.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// JSON Pointers of secrets in inputs and outputs, at most 50, with <c>*</c> for every item or property: their values are replaced before anything is stored or
    /// logged, so that agents do not see them either.
    /// </summary>
    /// <remarks>A field that is masked from now on is masked in the outputs of tasks under way too; what is stored stays as it is.</remarks>
    public IReadOnlyList<string> MaskedFields { get; init; } = [];

    /// <summary>Finds what else is wrong with an input, pointers relative to the input; null accepts what the schema accepts.</summary>
    public Func<JsonElement, IEnumerable<Fault>>? CheckInput { get; init; }
}
