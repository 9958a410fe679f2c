using System.Text.Json;

namespace Orchestrator.Agents.Http;

/// <summary>Reads the fields of a JSON object and gathers everything that is wrong with them. A field that is null counts as absent.</summary>
internal sealed class FieldReader
{
    private readonly JsonElement _object;
    private readonly string _pointer;
    private readonly ICollection<Fault> _faults;

    /// <param name="pointer">Where the object stands.</param>
    /// <param name="known">The fields it may have.</param>
    public FieldReader(JsonElement value, string pointer, ICollection<Fault> faults, params string[] known)
    {
        (_object, _pointer, _faults) = (value, pointer, faults);
        if (value.ValueKind != JsonValueKind.Object)
        {
            Add("", "The value must be an object.");
            return;
        }

        foreach (var field in value.EnumerateObject().Where(field => !known.Contains(field.Name, StringComparer.Ordinal)))
            Add(JsonPointer.Join("", field.Name), $"There is no such field; there are {string.Join(", ", known)}.");
    }

    public bool Has(string name) => Field(name) is not null;

    public JsonElement? Field(string name) =>
        _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A text; null, with a fault, where it is something else or has half a surrogate pair.</summary>
    public string? Text(string name)
    {
        if (Field(name) is not { } value)
            return null;

        try
        {
            if (value.ValueKind == JsonValueKind.String)
                return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
        }

        Fault(name, "The value must be a text.");
        return null;
    }

    /// <summary>The items of a list that is not empty; none, with a fault, where it is something else.</summary>
    public IEnumerable<(JsonElement Item, string Pointer)> Items(string name)
    {
        if (Field(name) is not { } value)
            return [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
            return value.EnumerateArray().Select((item, index) => (item, $"{_pointer}/{name}/{index}"));
        Fault(name, "The value must be a list of at least one item.");
        return [];
    }

    public FieldReader? Object(string name, params string[] known) =>
        Field(name) is { } value ? new FieldReader(value, $"{_pointer}/{name}", _faults, known) : null;

    public void Fault(string name, string message) => Add(JsonPointer.Join("", name), message);

    private void Add(string place, string message) => _faults.Add(new Fault(_pointer + place, message));
}
