using System.Text.Json;
using Orchestrator.Secrets;

namespace Orchestrator.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12), ready to hold values against. Every keyword that is accepted is enforced; what would not be is
/// refused when the schema is made. Safe for use from many threads.
/// </summary>
public sealed class JsonSchema
{
    /// <summary>Largest schema, in bytes of UTF-8.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The most faults that are found at once.</summary>
    public const int MaxFaults = 50;

    /// <summary>Steps of checking that one value may take: some seconds. An input of a million items takes a few million.</summary>
    internal const long MaxSteps = 10_000_000;

    private readonly SchemaNode _root;

    internal JsonSchema(SchemaNode root) => _root = root;

    /// <summary>Makes a schema of its JSON.</summary>
    /// <param name="schema">The schema; it may be disposed of afterwards.</param>
    /// <param name="faults">Everything that is wrong with it, with pointers into it; empty when all is well.</param>
    /// <returns>The schema; null when there are faults.</returns>
    public static JsonSchema? TryCreate(JsonElement schema, out IReadOnlyList<Fault> faults)
    {
        var compiler = new SchemaCompiler();
        var root = compiler.Compile(schema.Clone());
        faults = [.. compiler.Faults.Take(MaxFaults)];
        return faults.Count == 0 ? new JsonSchema(root) : null;
    }

    /// <summary>Finds what is wrong with a value, at most <see cref="MaxFaults"/> faults, with pointers into it; nothing when it fits.</summary>
    /// <param name="mask">The fields in which a value that was masked before fits whatever is demanded.</param>
    public IReadOnlyList<Fault> FindFaults(JsonElement value, FieldMask? mask = null)
    {
        var run = new SchemaRun(MaxFaults, MaxSteps, mask);
        _root.Check(value, run);
        return run.IsExhausted
            ? [new Fault("", "It is too much work to hold it against the schema; make it smaller, or the schema's alternatives fewer.")]
            : run.Faults;
    }
}
