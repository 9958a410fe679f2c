using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Limits;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.TaskTypes;

/// <summary>
/// Writes definitions of task types as JSON that <see cref="TaskTypeReader"/> reads. Equal definitions have the same text; values that are
/// defaults are written too, so that a stored definition stays what it was when a default changes.
/// </summary>
public static class TaskTypeWriter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };

    /// <summary>The definition without its version.</summary>
    public static string Write(TaskType type)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            WriteDefinition(json, type);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>Says whether two documents are the same: SHA-256, in hex.</summary>
    /// <param name="document">What <see cref="Write"/> gave.</param>
    /// <param name="declaredVersion">The number that whoever wrote the definition counts by, if anybody does.</param>
    public static string Hash(string document, int? declaredVersion = null) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(declaredVersion is null ? document : $"{declaredVersion}\n{document}")));

    /// <summary>Writes the fields of the definition into an object that is open.</summary>
    public static void WriteDefinition(Utf8JsonWriter json, TaskType type)
    {
        json.WriteString("name", type.Name);
        json.WriteString("description", type.Description);
        json.WriteString("capability", type.Capability);
        WriteRaw(json, "input", type.InputSchema);
        WriteRaw(json, "output", type.OutputSchema);
        WriteRaw(json, "defaultInput", type.DefaultInput);
        WriteRetry(json, type.Retry);
        WriteTimeouts(json, type.Timeouts);
        json.WriteNumber("priority", type.Priority);
        WriteConcurrency(json, type.Concurrency);
        WriteRetention(json, type.Retention);
        json.WriteString("owner", type.Owner);
        WriteTexts(json, "tags", type.Tags);
        WriteTexts(json, "maskedFields", type.MaskedFields);
    }

    private static void WriteRetry(Utf8JsonWriter json, RetryPolicy retry)
    {
        json.WriteStartObject("retry");
        json.WriteNumber("maxAttempts", retry.MaxAttempts);
        json.WriteString("growth", retry.Growth switch { DelayGrowth.Linear => "linear", DelayGrowth.Fixed => "fixed", _ => "exponential" });
        WriteDuration(json, "firstDelay", retry.FirstDelay);
        json.WriteNumber("backoff", retry.Backoff);
        WriteDuration(json, "maxDelay", retry.MaxDelay);
        json.WriteNumber("jitter", retry.Jitter);
        WriteDuration(json, "budget", retry.Budget);
        WriteTexts(json, "retryableCodes", retry.RetryableCodes);
        WriteTexts(json, "terminalCodes", retry.TerminalCodes);
        json.WriteEndObject();
    }

    private static void WriteTimeouts(Utf8JsonWriter json, TaskTimeouts timeouts)
    {
        json.WriteStartObject("timeouts");
        WriteDuration(json, "start", timeouts.Start);
        WriteDuration(json, "attempt", timeouts.Attempt);
        WriteDuration(json, "heartbeat", timeouts.Heartbeat);
        WriteDuration(json, "total", timeouts.Total);
        json.WriteEndObject();
    }

    /// <summary>Written only where there is one: definitions stored before there were limits keep their hashes.</summary>
    private static void WriteConcurrency(Utf8JsonWriter json, ConcurrencyLimit? concurrency)
    {
        if (concurrency is null)
            return;

        json.WriteStartObject("concurrency");
        if (concurrency.Limit is { } limit)
            json.WriteNumber("limit", limit);
        if (concurrency is { Key: { } key, KeyLimit: { } keyLimit })
        {
            json.WriteString("key", key);
            json.WriteNumber("keyLimit", keyLimit);
        }

        json.WriteEndObject();
    }

    /// <summary>One duration where it is the same in every state: definitions stored before they could differ keep their hashes.</summary>
    private static void WriteRetention(Utf8JsonWriter json, TaskRetention? retention)
    {
        if (retention is null || retention.Same is not null)
        {
            WriteDuration(json, "retention", retention?.Same);
            return;
        }

        json.WriteStartObject("retention");
        WriteDuration(json, "succeeded", retention.Succeeded);
        WriteDuration(json, "failed", retention.Failed);
        WriteDuration(json, "cancelled", retention.Cancelled);
        WriteDuration(json, "expired", retention.Expired);
        json.WriteEndObject();
    }

    private static void WriteDuration(Utf8JsonWriter json, string name, TimeSpan? duration)
    {
        if (duration is { } value)
            json.WriteString(name, Durations.ToText(value));
        else
            json.WriteNull(name);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, string? value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value is null ? "null" : JsonTokens.WithoutWhiteSpace(value), skipInputValidation: true);
    }
}
