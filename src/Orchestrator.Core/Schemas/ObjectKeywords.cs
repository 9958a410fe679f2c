using System.Collections.Frozen;
using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary><c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>.</summary>
/// <param name="others">For properties that neither names nor patterns cover; null: anything.</param>
internal sealed class PropertiesKeyword(
    FrozenDictionary<string, SchemaNode> named, IReadOnlyList<(SchemaPattern Pattern, SchemaNode Node)> patterns, SchemaNode? others) : SchemaKeyword
{
    private const int MaxShown = 20;

    private readonly string _refusal = Describe(named);

    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;

        foreach (var property in value.EnumerateObject())
        {
            run.Enter(property.Name);
            Check(property, run);
            run.Leave();
            if (run.IsOver || !run.Spend(1 + patterns.Count))
                return;
        }
    }

    private void Check(JsonProperty property, SchemaRun run)
    {
        var isCovered = named.TryGetValue(property.Name, out var node);
        node?.Check(property.Value, run);
        foreach (var (pattern, patternNode) in patterns)
        {
            if (!pattern.IsMatch(property.Name))
                continue;
            isCovered = true;
            patternNode.Check(property.Value, run);
        }

        if (isCovered || others is null)
            return;
        if (others.Keywords is [NothingKeyword])
            run.Add(_refusal);
        else
            others.Check(property.Value, run);
    }

    private static string Describe(FrozenDictionary<string, SchemaNode> named) =>
        named.Count == 0
            ? "There is no such property."
            : $"There is no such property. The properties are: {string.Join(", ", named.Keys.Order(StringComparer.Ordinal).Take(MaxShown))}{(named.Count > MaxShown ? ", …" : "")}.";
}

/// <summary><c>required</c>.</summary>
internal sealed class RequiredKeyword(IReadOnlyList<string> names) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Object || !run.Spend(names.Count))
            return;

        foreach (var name in names)
        {
            if (!value.TryGetProperty(name, out _))
                run.Add(name, "It is missing.");
        }
    }
}

/// <summary><c>minProperties</c>, <c>maxProperties</c> and <c>propertyNames</c>.</summary>
internal sealed class PropertyCountKeyword(int? min, int? max, SchemaNode? names) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;

        var count = value.GetPropertyCount();
        if (count < min)
            run.Add($"It has {count} properties; at least {min} are needed.");
        if (count > max)
            run.Add($"It has {count} properties; at most {max} are allowed.");
        if (names is not null)
            CheckNames(names, value, run);
    }

    private static void CheckNames(SchemaNode names, JsonElement value, SchemaRun run)
    {
        foreach (var property in value.EnumerateObject())
        {
            using var name = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(property.Name));
            if (run.Probe(names, name.RootElement) is { } fault)
                run.Add(property.Name, $"The property's name does not fit: {fault.Message}");
            if (run.IsOver)
                return;
        }
    }
}

/// <summary><c>dependentRequired</c>.</summary>
internal sealed class DependentRequiredKeyword(IReadOnlyList<(string Name, IReadOnlyList<string> Needed)> rules) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;

        foreach (var (name, needed) in rules)
        {
            if (!run.Spend(1 + needed.Count))
                return;
            if (!value.TryGetProperty(name, out _))
                continue;
            foreach (var other in needed.Where(other => !value.TryGetProperty(other, out _)))
                run.Add(other, $"It is missing; it is needed beside '{name}'.");
        }
    }
}

/// <summary><c>dependentSchemas</c>.</summary>
internal sealed class DependentSchemasKeyword(IReadOnlyList<(string Name, SchemaNode Node)> rules) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return;

        foreach (var (name, node) in rules)
        {
            if (value.TryGetProperty(name, out _))
                node.Check(value, run);
        }
    }
}
