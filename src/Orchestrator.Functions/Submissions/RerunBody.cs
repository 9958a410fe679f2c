using System.Buffers;
using System.Text.Json;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Submissions;

/// <summary>Makes the submission by which a task is done again.</summary>
internal static class RerunBody
{
    /// <summary>The submission that the task came from.</summary>
    public static ReadOnlyMemory<byte> Of(TaskRecord task) => Of(task, default);

    /// <summary>
    /// The submission that the task came from, with the fields of <paramref name="changes"/> in place of its own. Values are copied as they were
    /// written: an input that is escaped anew may be longer than it was, and too long.
    /// </summary>
    /// <exception cref="ProblemException">The changes are no JSON object.</exception>
    public static ReadOnlyMemory<byte> Of(TaskRecord task, ReadOnlyMemory<byte> changes)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["type"] = JsonSerializer.Serialize(task.Type),
            ["input"] = task.Input ?? "null",
            ["title"] = JsonSerializer.Serialize(task.Title),
            ["tags"] = JsonSerializer.Serialize(task.Tags),
            ["priority"] = JsonSerializer.Serialize(task.Priority),
            ["parent"] = JsonSerializer.Serialize(task.Parent),
            ["correlationId"] = JsonSerializer.Serialize(task.Correlation),
        };
        foreach (var change in ReadChanges(changes).EnumerateObject())
            fields[change.Name] = change.Value.GetRawText();

        var again = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(again))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in fields)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return again.WrittenMemory;
    }

    private static JsonElement ReadChanges(ReadOnlyMemory<byte> changes)
    {
        if (changes.IsEmpty)
            return JsonElement.Parse("{}");

        var faults = StrictJson.Check(changes.Span, SubmissionIntake.MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        var root = JsonElement.Parse(changes.Span);
        return root.ValueKind == JsonValueKind.Object
            ? root
            : throw new ProblemException(KnownProblems.InvalidTask([new Fault("", "The changes must be a JSON object with fields of a submission.")]));
    }
}
