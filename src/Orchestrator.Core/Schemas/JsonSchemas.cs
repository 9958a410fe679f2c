using System.Collections.Concurrent;
using System.Text.Json;
using Orchestrator.Secrets;

namespace Orchestrator.Schemas;

/// <summary>Schemas made from their texts, each once.</summary>
public sealed class JsonSchemas
{
    /// <summary>More than this many are not kept: all are made anew.</summary>
    private const int Capacity = 1_000;

    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    /// <summary>Holds a value against a schema; a schema of null takes everything.</summary>
    /// <param name="schema">JSON text of a schema that was found good when it was defined.</param>
    /// <param name="mask">The fields in which a value that was masked before fits whatever is demanded.</param>
    /// <exception cref="ArgumentException">It is no schema.</exception>
    public IReadOnlyList<Fault> FindFaults(string? schema, JsonElement value, FieldMask? mask = null) => schema is null ? [] : Get(schema).FindFaults(value, mask);

    private JsonSchema Get(string text)
    {
        if (_schemas.TryGetValue(text, out var known))
            return known;

        using var document = JsonDocument.Parse(text);
        var schema = JsonSchema.TryCreate(document.RootElement, out var faults)
            ?? throw new ArgumentException($"The schema is not usable: {string.Join(" ", faults.Select(fault => $"{fault.Pointer}: {fault.Message}"))}", nameof(text));
        if (_schemas.Count >= Capacity)
            _schemas.Clear();
        return _schemas.GetOrAdd(text, schema);
    }
}
