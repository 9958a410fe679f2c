using System.Collections.Frozen;
using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary>Reads the keywords of one schema object; takes them one by one, so that what remains is what we do not enforce.</summary>
internal sealed partial class SchemaKeywords
{
    /// <summary>They say something to people or tools and demand nothing.</summary>
    private static readonly string[] Annotations =
        ["$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"];

    private readonly SchemaCompiler _compiler;
    private readonly SchemaNode _node;
    private readonly int _depth;
    private readonly Dictionary<string, JsonElement> _keywords = new(StringComparer.Ordinal);

    public SchemaKeywords(SchemaCompiler compiler, SchemaNode node, JsonElement schema, int depth)
    {
        _compiler = compiler;
        _node = node;
        _depth = depth;
        foreach (var property in schema.EnumerateObject())
            _keywords[property.Name] = property.Value;
    }

    public void Read()
    {
        ReadDefinitions();
        ReadReference();
        ReadValue();
        ReadNumber();
        ReadString();
        ReadArray();
        ReadObject();
        ReadCombinations();
        RefuseOthers();
    }

    private void ReadDefinitions()
    {
        if (TakeText("$schema") is { } dialect && !SchemaCompiler.IsDialect(dialect))
            Add("$schema", $"It must be one of: {SchemaCompiler.DialectNames}.");
        if (TakeText("$id") is not null && _node.Pointer.Length > 0)
            Add("$id", "Only the whole schema may have an '$id'; refer to a part by its place, such as '#/$defs/name'.");

        TakeSchemas("$defs");
        TakeSchemas("definitions");
        foreach (var name in Annotations)
            _keywords.Remove(name);
    }

    private void ReadReference()
    {
        if (TakeText("$ref") is { } target)
            _compiler.Refer(_node, target);
    }

    private void ReadValue()
    {
        if (Take("type") is { } type && ReadKinds(type) is var kinds and not JsonKind.None)
            _node.Keywords.Add(new TypeKeyword(kinds));
        if (Take("const") is { } constant)
            _node.Keywords.Add(new EnumKeyword([constant]));
        if (Take("enum") is not { } values)
            return;
        if (values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0)
            _node.Keywords.Add(new EnumKeyword([.. values.EnumerateArray()]));
        else
            Add("enum", "It must be an array of at least one value.");
    }

    private JsonKind ReadKinds(JsonElement type)
    {
        JsonElement[] names = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray()] : [type];
        var kinds = JsonKind.None;
        foreach (var name in names)
        {
            var kind = name.ValueKind == JsonValueKind.String ? JsonKinds.Parse(name.GetString()) : JsonKind.None;
            if (kind == JsonKind.None)
                Add("type", $"It must be, or list, some of: {JsonKinds.Keywords}.");
            kinds |= kind;
        }

        if (names.Length == 0)
            Add("type", $"It must be, or list, some of: {JsonKinds.Keywords}.");
        return kinds;
    }

    private void ReadNumber()
    {
        foreach (var (name, limit) in new[]
        {
            ("minimum", NumberLimit.Minimum), ("exclusiveMinimum", NumberLimit.ExclusiveMinimum), ("maximum", NumberLimit.Maximum),
            ("exclusiveMaximum", NumberLimit.ExclusiveMaximum), ("multipleOf", NumberLimit.MultipleOf),
        })
        {
            if (Take(name) is not { } bound)
                continue;
            if (bound.ValueKind != JsonValueKind.Number || bound.GetRawText().Length > 100)
                Add(name, "It must be a number of at most 100 digits.");
            else if (limit == NumberLimit.MultipleOf && JsonNumber.Parse(bound.GetRawText()) is { IsZero: true } or { IsNegative: true })
                Add(name, "It must be a number over 0.");
            else
                _node.Keywords.Add(new NumberKeyword(limit, bound.GetRawText()));
        }
    }

    private void ReadString()
    {
        var (min, max) = (TakeCount("minLength"), TakeCount("maxLength"));
        var pattern = TakeText("pattern") is { } text ? MakePattern("pattern", text) : null;
        SchemaFormat? format = null;
        if (TakeText("format") is { } name && (format = SchemaFormat.Find(name)) is null)
            Add("format", $"There is no format '{name}' that is enforced. There are: {SchemaFormat.Names}.");
        if (min is not null || max is not null || pattern is not null || format is not null)
            _node.Keywords.Add(new StringKeyword(min, max, pattern, format));
    }

    private void ReadArray()
    {
        var prefix = TakeSchemaList("prefixItems");
        if (_keywords.GetValueOrDefault("items") is { ValueKind: JsonValueKind.Array })
        {
            _keywords.Remove("items");
            Add("items", "It must be a schema; the schemas of the first items go into 'prefixItems'.");
        }

        var items = TakeSchema("items");
        if (items is not null || prefix.Count > 0)
            _node.Keywords.Add(new ItemsKeyword(prefix, items));

        var (min, max, areUnique) = (TakeCount("minItems"), TakeCount("maxItems"), TakeBoolean("uniqueItems"));
        if (min is not null || max is not null || areUnique)
            _node.Keywords.Add(new ItemCountKeyword(min, max, areUnique));

        var (minContains, maxContains) = (TakeCount("minContains"), TakeCount("maxContains"));
        if (TakeSchema("contains") is { } contains)
            _node.Keywords.Add(new ContainsKeyword(contains, minContains ?? 1, maxContains));
        else if (minContains is not null || maxContains is not null)
            Add("contains", "It is missing; 'minContains' and 'maxContains' count what fits it.");
    }

    private void ReadObject()
    {
        if (TakeNames("required") is { Count: > 0 } required)
            _node.Keywords.Add(new RequiredKeyword(required));

        var named = TakeSchemas("properties");
        var patterns = new List<(SchemaPattern, SchemaNode)>();
        foreach (var (text, node) in TakeSchemas("patternProperties"))
        {
            if (MakePattern("patternProperties", text) is { } pattern)
                patterns.Add((pattern, node));
        }

        var others = TakeSchema("additionalProperties");
        if (named.Count > 0 || patterns.Count > 0 || others is not null)
            _node.Keywords.Add(new PropertiesKeyword(named.ToFrozenDictionary(StringComparer.Ordinal), patterns, others));

        var (min, max, names) = (TakeCount("minProperties"), TakeCount("maxProperties"), TakeSchema("propertyNames"));
        if (min is not null || max is not null || names is not null)
            _node.Keywords.Add(new PropertyCountKeyword(min, max, names));

        if (TakeObject("dependentRequired") is { } dependentRequired)
        {
            _node.Keywords.Add(new DependentRequiredKeyword(
                [.. dependentRequired.EnumerateObject().Select(rule => (rule.Name, ReadNames(JsonPointer.Join("dependentRequired", rule.Name), rule.Value)))]));
        }

        var dependentSchemas = TakeSchemas("dependentSchemas");
        _node.InPlace.AddRange(dependentSchemas.Values);
        if (dependentSchemas.Count > 0)
            _node.Keywords.Add(new DependentSchemasKeyword([.. dependentSchemas.Select(rule => (rule.Key, rule.Value))]));
    }

    private void ReadCombinations()
    {
        if (InPlace(TakeSchemaList("allOf")) is { Count: > 0 } all)
            _node.Keywords.Add(new AllOfKeyword(all));
        if (InPlace(TakeSchemaList("anyOf")) is { Count: > 0 } any)
            _node.Keywords.Add(new AnyOfKeyword(any));
        if (InPlace(TakeSchemaList("oneOf")) is { Count: > 0 } one)
            _node.Keywords.Add(new OneOfKeyword(one));
        if (InPlace(TakeSchema("not")) is { } not)
            _node.Keywords.Add(new NotKeyword(not));

        var (then, otherwise) = (InPlace(TakeSchema("then")), InPlace(TakeSchema("else")));
        if (InPlace(TakeSchema("if")) is { } condition)
            _node.Keywords.Add(new IfKeyword(condition, then, otherwise));
        else if (then is not null || otherwise is not null)
            Add("if", "It is missing; without it 'then' and 'else' mean nothing.");
    }

    private IReadOnlyList<SchemaNode> InPlace(IReadOnlyList<SchemaNode> nodes)
    {
        _node.InPlace.AddRange(nodes);
        return nodes;
    }

    private SchemaNode? InPlace(SchemaNode? node)
    {
        if (node is not null)
            _node.InPlace.Add(node);
        return node;
    }

    private void RefuseOthers()
    {
        foreach (var name in _keywords.Keys.Where(name => !name.StartsWith("x-", StringComparison.Ordinal)))
            Add(JsonPointer.Escape(name), $"The keyword '{name}' is not enforced, so it is refused. What only informs may begin with 'x-'.");
    }
}
