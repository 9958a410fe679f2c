using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary><c>prefixItems</c> and <c>items</c>.</summary>
/// <param name="rest">For the items after those of the prefix; null: anything.</param>
internal sealed class ItemsKeyword(IReadOnlyList<SchemaNode> prefix, SchemaNode? rest) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return;

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if ((index < prefix.Count ? prefix[index] : rest) is not { } node)
                return;

            run.Enter(index++);
            node.Check(item, run);
            run.Leave();
            if (run.IsOver)
                return;
        }
    }
}

/// <summary><c>minItems</c>, <c>maxItems</c> and <c>uniqueItems</c>.</summary>
internal sealed class ItemCountKeyword(int? min, int? max, bool areUnique) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return;

        var count = value.GetArrayLength();
        if (count < min)
            run.Add($"It has {count} items; at least {min} are needed.");
        if (count > max)
            run.Add($"It has {count} items; at most {max} are allowed.");
        if (areUnique)
            CheckUnique(value, run);
    }

    private static void CheckUnique(JsonElement array, SchemaRun run)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (index, item) in array.EnumerateArray().Index())
        {
            if (!run.Spend(1))
                return;
            var text = CanonicalJson.Of(item);
            if (seen.TryAdd(text, index))
                continue;

            run.Enter(index);
            run.Add($"It is the same as item {seen[text]}; all items must differ.");
            run.Leave();
        }
    }
}

/// <summary><c>contains</c> with <c>minContains</c> and <c>maxContains</c>.</summary>
internal sealed class ContainsKeyword(SchemaNode node, int min, int? max) : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return;

        var count = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (run.Probe(node, item) is null)
                count++;
            if (run.IsExhausted)
                return;
        }

        if (count < min)
            run.Add($"It has {count} items that fit 'contains'; at least {min} are needed.");
        if (count > max)
            run.Add($"It has {count} items that fit 'contains'; at most {max} are allowed.");
    }
}
