using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary>
/// Makes nodes of a schema's JSON: first one for every schema in it, then the references between them. Notes everything that is
/// wrong, and every keyword that would not be enforced.
/// </summary>
internal sealed class SchemaCompiler
{
    private const int MaxDepth = 32;

    /// <summary>How many schemas in a row may be held against the same value; keeps the stack of a check bounded.</summary>
    private const int MaxInPlace = 32;

    private static readonly string[] Dialects =
    [
        "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema", "http://json-schema.org/draft-07/schema",
    ];

    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<(SchemaNode From, string Target)> _references = [];

    public List<Fault> Faults { get; } = [];

    public SchemaNode Compile(JsonElement schema)
    {
        var root = CompileNode(schema, "", depth: 1);
        foreach (var (from, target) in _references)
            Resolve(from, target);
        if (Faults.Count == 0)
            FindCircles();
        return root;
    }

    /// <summary>Makes the node of a schema that stands at <paramref name="pointer"/>.</summary>
    internal SchemaNode CompileNode(JsonElement schema, string pointer, int depth)
    {
        var node = new SchemaNode(pointer);
        _nodes[pointer] = node;
        if (depth > MaxDepth)
            Faults.Add(new Fault(pointer, $"More than {MaxDepth} schemas lie in each other; name some in '$defs'."));
        else if (schema.ValueKind == JsonValueKind.Object)
            new SchemaKeywords(this, node, schema, depth).Read();
        else if (schema.ValueKind == JsonValueKind.False)
            node.Keywords.Add(new NothingKeyword());
        else if (schema.ValueKind != JsonValueKind.True)
            Faults.Add(new Fault(pointer, $"A schema must be an object or a boolean, not {Tasks.SubmissionFields.KindOf(schema)}."));
        return node;
    }

    internal void Refer(SchemaNode from, string target) => _references.Add((from, target));

    internal static bool IsDialect(string uri) => Dialects.Contains(uri.TrimEnd('#'), StringComparer.Ordinal);

    internal static string DialectNames => string.Join(", ", Dialects);

    private void Resolve(SchemaNode from, string target)
    {
        var place = from.Pointer + "/$ref";
        if (!target.StartsWith('#'))
            Faults.Add(new Fault(place, $"'{target}' is not within this schema; a reference must begin with '#', as nothing is fetched from elsewhere."));
        else if (_nodes.TryGetValue(Normalize(target[1..]), out var node))
        {
            from.Keywords.Insert(0, new AllOfKeyword([node]));
            from.InPlace.Add(node);
        }
        else
            Faults.Add(new Fault(place, $"There is no schema at '{target}'."));
    }

    /// <summary>A fragment as we write pointers.</summary>
    private static string Normalize(string fragment) => Uri.UnescapeDataString(fragment);

    private void FindCircles()
    {
        var heights = new Dictionary<SchemaNode, int>();
        foreach (var node in _nodes.Values)
        {
            var height = HeightOf(node, heights);
            if (height is > 0 and <= MaxInPlace)
                continue;

            Faults.Add(new Fault(node.Pointer, height <= 0
                ? "It refers to itself for one and the same value, which would never end."
                : $"More than {MaxInPlace} schemas in a row are held against one value; refer less deeply."));
            return;
        }
    }

    /// <summary>How many schemas at most are held against a value one within the other; 0 or less: without end.</summary>
    private static int HeightOf(SchemaNode node, Dictionary<SchemaNode, int> heights)
    {
        if (heights.TryGetValue(node, out var known))
            return known;

        heights[node] = 0;
        var height = 1;
        foreach (var child in node.InPlace)
        {
            var below = HeightOf(child, heights);
            if (below <= 0)
                return 0;
            height = Math.Max(height, below + 1);
        }

        return heights[node] = height;
    }
}
