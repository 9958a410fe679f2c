using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Agents.Http;

/// <summary>HTTP statuses: single ones such as 404, and whole classes such as <c>2xx</c>.</summary>
/// <param name="Entries">Each 100–599, or a class of three characters.</param>
internal sealed record StatusSet(IReadOnlyList<string> Entries)
{
    public const string Rule = "A status must be a number from 100 to 599, or a class such as \"2xx\".";

    public static StatusSet Successes { get; } = new(["2xx"]);

    /// <returns>Null where the value is no status and no class.</returns>
    public static string? ReadEntry(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var status) && status is >= 100 and <= 599 => status.ToString(CultureInfo.InvariantCulture),
        JsonValueKind.String when value.GetString() is [>= '1' and <= '5', 'x', 'x'] entry => entry,
        _ => null,
    };

    public bool Contains(int status)
    {
        var text = status.ToString(CultureInfo.InvariantCulture);
        return Entries.Any(entry => entry[1] == 'x' ? entry[0] == text[0] : entry == text);
    }

    public override string ToString() => string.Join(", ", Entries);
}
