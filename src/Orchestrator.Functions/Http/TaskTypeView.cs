using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.TaskTypes;

namespace Orchestrator.Functions.Http;

/// <summary>A task type as the API shows it by itself: the fields of its definition, and <c>version</c>, <c>source</c>, <c>updatedAt</c>, <c>warnings</c>.</summary>
/// <param name="Defined">The type, its version and where it comes from.</param>
/// <param name="Warnings">What will not work, a sentence each.</param>
[JsonConverter(typeof(Converter))]
internal sealed record TaskTypeView(DefinedTaskType Defined, IReadOnlyList<string> Warnings)
{
    /// <summary>The ETag of a version: it never changes, and no two of a name have the same number.</summary>
    public string ETag => $"\"{Defined.Type.Version}\"";

    /// <summary>How the API writes where a type is defined.</summary>
    public static string NameOf(TaskTypeSource source) => source switch
    {
        TaskTypeSource.Api => "api",
        TaskTypeSource.File => "file",
        _ => "code",
    };

    internal sealed class Converter : JsonConverter<TaskTypeView>
    {
        public override TaskTypeView Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Task types are read by their own reader.");

        public override void Write(Utf8JsonWriter writer, TaskTypeView value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            TaskTypeWriter.WriteDefinition(writer, value.Defined.Type);
            writer.WriteNumber("version", value.Defined.Type.Version);
            writer.WriteString("source", NameOf(value.Defined.Source));
            writer.WriteString("updatedAt", value.Defined.UpdatedAt.UtcDateTime);
            writer.WriteStartArray("warnings");
            foreach (var warning in value.Warnings)
                writer.WriteStringValue(warning);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }
}

/// <summary>A task type as the API shows it in a list.</summary>
/// <param name="Name">What tasks name as their type.</param>
/// <param name="Version">The version in force.</param>
/// <param name="Source"><c>api</c>, <c>file</c> or <c>code</c>.</param>
/// <param name="UpdatedAt">When this version was first seen, UTC.</param>
/// <param name="Description">What such a task does, for people.</param>
/// <param name="Capability">What an agent must be capable of.</param>
/// <param name="Priority">Of a task that is submitted without one.</param>
/// <param name="Owner">Who answers for it, for people.</param>
/// <param name="Tags">That every such task gets.</param>
internal sealed record TaskTypeSummaryView(
    string Name, int Version, string Source, DateTime UpdatedAt, string Description, string Capability, int Priority, string Owner, IReadOnlyList<string> Tags)
{
    /// <summary>The view of a task type.</summary>
    public static TaskTypeSummaryView Of(DefinedTaskType defined) => new(
        defined.Type.Name,
        defined.Type.Version,
        TaskTypeView.NameOf(defined.Source),
        defined.UpdatedAt.UtcDateTime,
        defined.Type.Description,
        defined.Type.Capability,
        defined.Type.Priority,
        defined.Type.Owner,
        defined.Type.Tags);
}

/// <summary>All task types.</summary>
/// <param name="TaskTypes">By name.</param>
internal sealed record TaskTypeListView(IReadOnlyList<TaskTypeSummaryView> TaskTypes);

/// <summary>What a submission that would be accepted is answered with when it is only checked.</summary>
/// <param name="Valid">True.</param>
/// <param name="Type">The task type.</param>
/// <param name="Version">The version that it would be pinned to.</param>
internal sealed record ValidationView(bool Valid, string Type, int Version);
