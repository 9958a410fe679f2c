using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Schemas;

/// <content>Takes keywords by the kind of their value.</content>
internal sealed partial class SchemaKeywords
{
    private JsonElement? Take(string name) => _keywords.Remove(name, out var value) ? value : null;

    private void Add(string place, string message) => _compiler.Faults.Add(new Fault($"{_node.Pointer}/{place}", message));

    private string? TakeText(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();

        Add(name, $"It must be a string, not {SubmissionFields.KindOf(value)}.");
        return null;
    }

    private bool TakeBoolean(string name)
    {
        if (Take(name) is not { } value)
            return false;
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            Add(name, $"It must be a boolean, not {SubmissionFields.KindOf(value)}.");
        return value.ValueKind == JsonValueKind.True;
    }

    private int? TakeCount(string name)
    {
        if (Take(name) is not { } value)
            return null;

        // 3.0 is a whole number too, as draft 6 and later have it.
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var count) && count == decimal.Truncate(count) && count is >= 0 and <= int.MaxValue)
            return (int)count;

        Add(name, $"It must be a whole number from 0 to {int.MaxValue}.");
        return null;
    }

    private IReadOnlyList<string> TakeNames(string name) => Take(name) is { } value ? ReadNames(name, value) : [];

    private IReadOnlyList<string> ReadNames(string place, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(item => item.GetString()!).Distinct(StringComparer.Ordinal)];

        Add(place, "It must be an array of strings.");
        return [];
    }

    private JsonElement? TakeObject(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return value;

        Add(name, $"It must be an object, not {SubmissionFields.KindOf(value)}.");
        return null;
    }

    private SchemaNode? TakeSchema(string name) => Take(name) is { } value ? Compile(name, value) : null;

    private Dictionary<string, SchemaNode> TakeSchemas(string name) =>
        TakeObject(name) is { } schemas
            ? schemas.EnumerateObject().ToDictionary(entry => entry.Name, entry => Compile(JsonPointer.Join(name, entry.Name), entry.Value), StringComparer.Ordinal)
            : [];

    private IReadOnlyList<SchemaNode> TakeSchemaList(string name)
    {
        if (Take(name) is not { } value)
            return [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
            return [.. value.EnumerateArray().Select((item, index) => Compile($"{name}/{index}", item))];

        Add(name, "It must be an array of at least one schema.");
        return [];
    }

    private SchemaNode Compile(string place, JsonElement schema) => _compiler.CompileNode(schema, $"{_node.Pointer}/{place}", _depth + 1);

    private SchemaPattern? MakePattern(string name, string text)
    {
        var pattern = SchemaPattern.TryCreate(text, out var fault);
        if (pattern is null)
            Add(name == "patternProperties" ? JsonPointer.Join(name, text) : name, fault);
        return pattern;
    }
}
