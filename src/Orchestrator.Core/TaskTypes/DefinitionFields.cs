using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.TaskTypes;

/// <summary>The fields of an object of a definition, taken one by one; collects what is wrong with them. A null counts as absent.</summary>
/// <param name="pointer">Where the object stands in the document.</param>
/// <param name="faults">Where faults are collected.</param>
internal sealed class DefinitionFields(JsonElement element, string pointer, List<Fault> faults)
{
    private readonly Dictionary<string, JsonElement> _fields = element.EnumerateObject()
        .Where(property => property.Value.ValueKind != JsonValueKind.Null)
        .ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);

    private readonly HashSet<string> _names = element.EnumerateObject().Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
    private readonly List<string> _known = [];

    public void Add(string name, string message) => faults.Add(new Fault($"{pointer}/{name}", message));

    public bool Has(string name) => _fields.ContainsKey(name);

    public JsonElement? Take(string name)
    {
        if (!_known.Contains(name))
            _known.Add(name);
        return _fields.TryGetValue(name, out var value) ? value : null;
    }

    public string? TakeText(string name, int minLength, int maxLength) => Take(name) is { } value ? ReadText(name, value, minLength, maxLength) : null;

    public int? TakeInteger(string name, int min, int max)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max)
            return number;

        Add(name, value.ValueKind == JsonValueKind.Number
            ? $"It is {Cut(value.GetRawText())}; it must be a whole number from {min} to {max}."
            : $"It must be a whole number from {min} to {max}, not {SubmissionFields.KindOf(value)}.");
        return null;
    }

    public double? TakeNumber(string name, double min, double max)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max)
            return number;

        Add(name, value.ValueKind == JsonValueKind.Number
            ? $"It is {Cut(value.GetRawText())}; it must be a number from {min} to {max}."
            : $"It must be a number from {min} to {max}, not {SubmissionFields.KindOf(value)}.");
        return null;
    }

    /// <param name="range">What is allowed, for people.</param>
    public TimeSpan? TakeDuration(string name, Func<TimeSpan, bool> isAllowed, string range)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.String || ReadText(name, value, 1, 50) is not { } text)
        {
            if (value.ValueKind != JsonValueKind.String)
                Add(name, $"It must be a duration such as PT5S, not {SubmissionFields.KindOf(value)}.");
            return null;
        }

        if (!Durations.TryParse(text, out var duration))
            Add(name, "It must be a duration such as PT5S, PT2M30S or P1D (or 00:00:05), without years and months.");
        else if (!isAllowed(duration))
            Add(name, $"It is {Durations.ToText(duration)}; it must be {range}.");
        else
            return duration;
        return null;
    }

    public IReadOnlyList<string> TakeTexts(string name, int maxCount, int maxLength)
    {
        if (Take(name) is not { } value)
            return [];
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > maxCount)
        {
            Add(name, value.ValueKind == JsonValueKind.Array
                ? $"It has {value.GetArrayLength()} items; at most {maxCount} are allowed."
                : $"It must be an array of strings, not {SubmissionFields.KindOf(value)}.");
            return [];
        }

        var texts = new List<string>();
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            if (ReadText($"{name}/{index}", item, 1, maxLength) is not { } text)
                continue;
            if (texts.Contains(text, StringComparer.Ordinal))
                Add($"{name}/{index}", $"'{text}' stands there twice.");
            else
                texts.Add(text);
        }

        return texts;
    }

    public DefinitionFields? TakeObject(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new DefinitionFields(value, $"{pointer}/{name}", faults);

        Add(name, $"It must be an object, not {SubmissionFields.KindOf(value)}.");
        return null;
    }

    /// <summary>Lets fields stand there that nobody reads.</summary>
    public void PassOver(IEnumerable<string> names) => _names.ExceptWith(names);

    public void RefuseOthers()
    {
        foreach (var name in _names.Except(_known, StringComparer.Ordinal))
            Add(JsonPointer.Escape(name), $"There is no such field. The fields are: {string.Join(", ", _known)}.");
    }

    private string? ReadText(string name, JsonElement value, int minLength, int maxLength)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Add(name, $"It must be a string, not {SubmissionFields.KindOf(value)}.");
            return null;
        }

        var text = value.GetString()!;
        if (text.Length >= minLength && text.Length <= maxLength)
            return text;

        Add(name, $"It is {text.Length} characters long; it must be {minLength} to {maxLength}.");
        return null;
    }

    private static string Cut(string number) => number.Length <= 40 ? number : number[..40] + "…";
}
