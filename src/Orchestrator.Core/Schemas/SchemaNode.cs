using System.Text.Json;

namespace Orchestrator.Schemas;

/// <summary>One thing that a schema demands.</summary>
internal abstract class SchemaKeyword
{
    /// <summary>Notes what is wrong with the value; nothing when the demand is not for values of its kind.</summary>
    public abstract void Check(JsonElement value, SchemaRun run);
}

/// <summary>A schema or a part of one: all of its keywords must be content.</summary>
/// <param name="pointer">Where it stands in the whole schema.</param>
internal sealed class SchemaNode(string pointer)
{
    public string Pointer { get; } = pointer;

    public List<SchemaKeyword> Keywords { get; } = [];

    /// <summary>Schemas that the same value is held against; a circle of them would never end.</summary>
    public List<SchemaNode> InPlace { get; } = [];

    public void Check(JsonElement value, SchemaRun run)
    {
        if (!run.Spend(1) || run.IsWithheld(value))
            return;

        foreach (var keyword in Keywords)
        {
            keyword.Check(value, run);
            if (run.IsOver)
                return;
        }
    }
}
