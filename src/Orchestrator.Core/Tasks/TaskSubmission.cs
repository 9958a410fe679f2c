using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>A task that somebody wants done: checked, not yet stored. <see cref="TaskSubmissionReader"/> makes it from JSON.</summary>
public sealed record TaskSubmission
{
    /// <summary>The definition of its type, as it is now.</summary>
    public required TaskType Type { get; init; }

    /// <summary>JSON text of the input, as it was given but for masked fields.</summary>
    public string Input { get; init; } = "null";

    /// <summary>0–200 characters.</summary>
    public string Title { get; init; } = "";

    /// <summary>At most 20 different tags of 1–64 characters.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>0–9.</summary>
    public int Priority { get; init; } = TaskLimits.DefaultPriority;

    /// <summary>Submissions with the same key are one task; 1–200 characters, or null.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Where the key is unique, 0–200 characters; empty: everywhere.</summary>
    public string IdempotencyScope { get; init; } = "";

    /// <summary>How long the key stands for the task; afterwards it may be used anew. 1 minute to 365 days; default 30 days.</summary>
    public TimeSpan IdempotencyLifetime { get; init; } = TaskLimits.IdempotencyLifetime;

    /// <summary>A name of the submitter's own, 1–200 characters, or null.</summary>
    public string? Name { get; init; }

    /// <summary>No attempt begins before so long after submission; null: at once. Up to 365 days.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>No attempt begins before; null: at once.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>The tasks that must be over before; null: none.</summary>
    public TaskDependencies? DependsOn { get; init; }

    /// <summary>JSON Pointer of the array of those tasks in what was submitted, for faults.</summary>
    public string DependsOnPointer { get; init; } = "/dependsOn/tasks";

    /// <summary>Id of the task it is part of, or null.</summary>
    public string? Parent { get; init; }

    /// <summary>What it is related to, 1–200 characters, or null.</summary>
    public string? Correlation { get; init; }

    /// <summary>The W3C trace context it was submitted under, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Who or what submitted it, or null; no part of <see cref="ContentHash"/>.</summary>
    public string? SubmittedBy { get; init; }

    /// <summary>Id of the task that it does again, or null.</summary>
    public string? RerunOf { get; init; }

    /// <summary>Where its end is called back: an absolute address, or null.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>
    /// What <see cref="ContentHash"/> was of the same submission before fields were masked; null: the same. A key that was taken then is known by it.
    /// </summary>
    public string? FormerContentHash { get; init; }

    /// <summary>Whether a hash that is kept with an idempotency key is of the same submission.</summary>
    public bool HasContent(string hash) =>
        string.Equals(hash, ContentHash(), StringComparison.Ordinal) || (FormerContentHash is { } former && string.Equals(hash, former, StringComparison.Ordinal));

    /// <summary>
    /// Says whether two submissions ask for the same: SHA-256, in hex, over everything but the key and the trace. White space
    /// between the tokens of the input does not count, and neither does what is masked: such a hash could be tried on all that the value may be.
    /// </summary>
    public string ContentHash()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(Type.Name);
            writer.WriteStringValue(Title);
            writer.WriteNumberValue(Priority);
            foreach (var tag in Tags)
                writer.WriteStringValue(tag);
            foreach (var more in MoreContent().Where(more => more.Value is not null))
                writer.WriteStringValue($"{more.Name}={more.Value}");
            writer.WriteRawValue(JsonTokens.WithoutWhiteSpace(Input), skipInputValidation: true);
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }

    /// <summary>What the first release did not know; left out where it is not said, so that hashes stay the same.</summary>
    private IEnumerable<(string Name, string? Value)> MoreContent() =>
    [
        ("name", Name),
        ("delay", Delay?.ToString("c", CultureInfo.InvariantCulture)),
        ("startAt", StartAt?.UtcTicks.ToString(CultureInfo.InvariantCulture)),
        ("dependsOn", DependsOn is null ? null : $"{DependsOn.Condition}:{string.Join(',', DependsOn.Tasks)}"),
        ("parent", Parent),
        ("correlation", Correlation),
        ("rerunOf", RerunOf),
        ("callback", CallbackUrl),
    ];
}
