using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary><c>allOf</c> and <c>$ref</c>: all must be content.</summary>
internal sealed class AllOfKeyword(IReadOnlyList<SchemaNode> nodes) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        foreach (var node in nodes)
        {
            node.Check(value, run);
            if (run.IsOver)
                return;
        }
    }
}

/// <summary><c>anyOf</c>.</summary>
internal sealed class AnyOfKeyword(IReadOnlyList<SchemaNode> nodes) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        var faults = new List<Fault>(nodes.Count);
        foreach (var node in nodes)
        {
            if (run.Probe(node, value) is not { } fault)
                return;
            faults.Add(fault);
        }

        run.Add($"It fits none of the {nodes.Count} forms of 'anyOf'. {Alternatives.Describe(faults)}");
    }
}

/// <summary><c>oneOf</c>.</summary>
internal sealed class OneOfKeyword(IReadOnlyList<SchemaNode> nodes) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        var faults = new List<Fault>(nodes.Count);
        var fitting = new List<int>();
        foreach (var (index, node) in nodes.Index())
        {
            if (run.Probe(node, value) is { } fault)
                faults.Add(fault);
            else if (!run.IsExhausted)
                fitting.Add(index + 1);
        }

        if (fitting.Count == 0)
            run.Add($"It fits none of the {nodes.Count} forms of 'oneOf'. {Alternatives.Describe(faults)}");
        else if (fitting.Count > 1)
            run.Add($"It fits the forms {string.Join(" and ", fitting)} of 'oneOf'; it must fit exactly one.");
    }
}

/// <summary><c>not</c>.</summary>
internal sealed class NotKeyword(SchemaNode node) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (run.Probe(node, value) is null)
            run.Add("It fits what 'not' excludes.");
    }
}

/// <summary><c>if</c>, <c>then</c> and <c>else</c>.</summary>
internal sealed class IfKeyword(SchemaNode condition, SchemaNode? then, SchemaNode? otherwise) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run) =>
        (run.Probe(condition, value) is null ? then : otherwise)?.Check(value, run);
}

/// <summary>Says why none of several forms fits.</summary>
internal static class Alternatives
{
    private const int MaxShown = 5;
    private const int MaxCharacters = 160;

    /// <summary>The first fault of each form, cut: forms lie in forms, and their messages would double with each.</summary>
    public static string Describe(IReadOnlyList<Fault> faults) =>
        string.Join(' ', faults.Take(MaxShown).Select((fault, index) => $"({index + 1}) {Cut(fault)}")) + (faults.Count > MaxShown ? " …" : "");

    private static string Cut(Fault fault)
    {
        var text = fault.Pointer.Length > 0 ? $"{fault.Pointer}: {fault.Message}" : fault.Message;
        return text.Length <= MaxCharacters ? text : Texts.Cut(text, MaxCharacters) + "…";
    }
}
