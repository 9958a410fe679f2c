using System.Security.Cryptography;
using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>A task that somebody wants done: checked, not yet stored. <see cref="TaskSubmissionReader"/> makes it from JSON.</summary>
public sealed record TaskSubmission
{
    /// <summary>The definition of its type, as it is now.</summary>
    public required TaskType Type { get; init; }

    /// <summary>JSON text of the input, as it was given.</summary>
    public string Input { get; init; } = "null";

    /// <summary>0–200 characters.</summary>
    public string Title { get; init; } = "";

    /// <summary>At most 20 different tags of 1–64 characters.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>0–9.</summary>
    public int Priority { get; init; } = TaskLimits.DefaultPriority;

    /// <summary>Submissions with the same key are one task; 1–200 characters, or null.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// Says whether two submissions ask for the same: SHA-256, in hex, over everything but the key. White space between
    /// the tokens of the input does not count.
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
            writer.WriteRawValue(JsonTokens.WithoutWhiteSpace(Input), skipInputValidation: true);
            writer.WriteEndArray();
        }

        return Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }
}
