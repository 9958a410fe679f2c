using System.Text.Json;
using System.Text.Json.Serialization;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Hub;

namespace Embedded.DurableTask.Log;

/// <summary>How the engine writes what it stores. Unknown members are skipped, so that an older process can read a newer one's rows.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LogRecord))]
[JsonSerializable(typeof(LogRecord[]))]
[JsonSerializable(typeof(OrchestrationState))]
[JsonSerializable(typeof(EntityState))]
[JsonSerializable(typeof(InstanceView))]
internal sealed partial class HubJson : JsonSerializerContext
{
    /// <summary>The records of a group, as <see cref="LogGroup"/> wrote them.</summary>
    public static LogRecord[] ReadGroup(ReadOnlySpan<byte> group) =>
        JsonSerializer.Deserialize(group, Default.LogRecordArray) ?? throw new InvalidDataException("A group of the commit log holds no records.");
}
