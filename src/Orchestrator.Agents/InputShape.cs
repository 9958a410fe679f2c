using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Agents;

/// <summary>Holds an input against the type that an agent reads it as, and finds everything that does not fit.</summary>
internal static class InputShape
{
    private const int MaxFaults = 50;

    public static IEnumerable<Fault> FindFaults<TInput>(JsonElement input)
        where TInput : notnull
    {
        if (input.ValueKind == JsonValueKind.Null)
            return [new Fault("", "The input is null; an object is needed.")];
        Fault[] faults = [.. FindFaults(input, AgentJson.Options.GetTypeInfo(typeof(TInput)), "").Take(MaxFaults)];
        return faults.Length > 0 ? faults : Read(input, AgentJson.Options.GetTypeInfo(typeof(TInput)), "");
    }

    /// <summary>The reader stops at the first fault, so each part is read by itself.</summary>
    private static IEnumerable<Fault> FindFaults(JsonElement value, JsonTypeInfo type, string pointer) => (type.Kind, value.ValueKind) switch
    {
        (JsonTypeInfoKind.Object, JsonValueKind.Object) => type.Properties.SelectMany(property => FindFaults(value, property, pointer)),
        (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) =>
            value.EnumerateArray().Index().SelectMany(item => FindFaults(item.Item, AgentJson.Options.GetTypeInfo(type.ElementType!), $"{pointer}/{item.Index}")),
        _ => Read(value, type, pointer),
    };

    private static IEnumerable<Fault> FindFaults(JsonElement parent, JsonPropertyInfo property, string pointer)
    {
        // The last of several that differ in case, as the reader takes it.
        var value = parent.EnumerateObject().LastOrDefault(candidate => candidate.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase)).Value;
        var place = $"{pointer}/{property.Name}";
        return value.ValueKind switch
        {
            JsonValueKind.Undefined => property.IsRequired ? [new Fault(place, "It is missing.")] : [],
            JsonValueKind.Null when property.IsSetNullable && property.AssociatedParameter?.IsNullable != false => [],
            JsonValueKind.Null => [new Fault(place, "The value must not be null.")],
            _ => FindFaults(value, AgentJson.Options.GetTypeInfo(property.PropertyType), place),
        };
    }

    private static IEnumerable<Fault> Read(JsonElement value, JsonTypeInfo type, string pointer)
    {
        try
        {
            return value.Deserialize(type) is null ? [new Fault(pointer, "The value must not be null.")] : [];
        }
        catch (JsonException exception)
        {
            return [new Fault(pointer + Pointer(exception.Path), Sentence(exception.Message))];
        }
        catch (InvalidOperationException exception)
        {
            // A string with half a surrogate pair.
            return [new Fault(pointer, exception.Message)];
        }
    }

    /// <summary>From <c>$.files[0].path</c> to <c>/files/0/path</c>.</summary>
    private static string Pointer(string? path) =>
        path is null ? "" : path.TrimStart('$').Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace('.', '/');

    /// <summary>The reader's words without its .NET types and without the position, which counts from the input's start.</summary>
    private static string Sentence(string message)
    {
        if (message.Contains("allow null", StringComparison.Ordinal))
            return "The value must not be null.";
        if (message.Contains("could not be converted", StringComparison.Ordinal))
            return "The value is not of the kind that is needed here.";
        return message.IndexOf(" Path: ", StringComparison.Ordinal) is var position and >= 0 ? message[..position] : message;
    }
}
