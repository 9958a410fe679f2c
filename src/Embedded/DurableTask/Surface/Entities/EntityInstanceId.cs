using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.DurableTask.Entities;

/// <summary>Which entity: its name, in lower case, and its key. Written <c>@name@key</c>.</summary>
[JsonConverter(typeof(EntityInstanceIdConverter))]
public readonly record struct EntityInstanceId
{
    public EntityInstanceId(string name, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(key);
        if (name.Contains('@', StringComparison.Ordinal))
        {
            throw new ArgumentException("entity names may not contain `@` characters.", nameof(name));
        }

        Name = name.ToLowerInvariant();
        Key = key;
    }

    public string Name { get; }

    public string Key { get; }

    /// <exception cref="ArgumentException">It is not of the form <c>@name@key</c>.</exception>
    public static EntityInstanceId FromString(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var second = instanceId[0] == '@' ? instanceId.IndexOf('@', 1) : -1;
        return second > 1
            ? new(instanceId[1..second], instanceId[(second + 1)..])
            : throw new ArgumentException($"Instance ID '{instanceId}' is not a valid entity ID.", nameof(instanceId));
    }

    public override string ToString() => $"@{Name}@{Key}";
}

internal sealed class EntityInstanceIdConverter : JsonConverter<EntityInstanceId>
{
    public override EntityInstanceId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        EntityInstanceId.FromString(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, EntityInstanceId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
