using System.Text.Json;

namespace Orchestrator.Tasks;

/// <summary>The fields of a submission's JSON object, taken one by one; collects what is wrong with them. A null counts as absent.</summary>
internal sealed class SubmissionFields
{
    /// <summary>More would help nobody.</summary>
    private const int MaxFaults = 50;

    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    public SubmissionFields(JsonElement root)
    {
        foreach (var property in root.EnumerateObject())
            _fields.Add(property.Name, property.Value);
    }

    public List<Fault> Faults { get; } = [];

    public static string KindOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    /// <summary>The text of a string; null for another kind, and for half a surrogate pair.</summary>
    public static string? TextOf(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public JsonElement? Take(string name) => _fields.Remove(name, out var element) ? element : null;

    public string? TakeText(string name, int minLength, int maxLength, bool isRequired = false)
    {
        var element = Take(name);
        if (element is null or { ValueKind: JsonValueKind.Null })
        {
            if (isRequired)
                Faults.Add(new Fault("/" + name, $"'{name}' is missing."));
            return null;
        }

        return ReadText("/" + name, element.Value, minLength, maxLength);
    }

    /// <summary>A text by which a task is found, or that its callers are shown in headers and lists: one line without control characters.</summary>
    public string? TakeKey(string name, int minLength, int maxLength) => WithoutControls("/" + name, TakeText(name, minLength, maxLength));

    public int? TakeInteger(string name, int min, int max)
    {
        var element = Take(name);
        if (element is null or { ValueKind: JsonValueKind.Null })
            return null;
        if (element.Value.ValueKind == JsonValueKind.Number && element.Value.TryGetInt32(out var value) && value >= min && value <= max)
            return value;

        Faults.Add(new Fault("/" + name, element.Value.ValueKind == JsonValueKind.Number
            ? $"It is {Cut(element.Value.GetRawText())}; it must be a whole number from {min} to {max}."
            : $"It must be a whole number from {min} to {max}, not {KindOf(element.Value)}."));
        return null;
    }

    public IReadOnlyList<string> TakeTags(string name)
    {
        var element = Take(name);
        if (element is null or { ValueKind: JsonValueKind.Null })
            return [];
        if (element.Value.ValueKind != JsonValueKind.Array)
        {
            Faults.Add(new Fault("/" + name, $"It must be an array of strings, not {KindOf(element.Value)}."));
            return [];
        }

        var count = element.Value.GetArrayLength();
        if (count > TaskLimits.Tags)
        {
            Faults.Add(new Fault("/" + name, $"There are {count} tags; at most {TaskLimits.Tags} are allowed."));
            return [];
        }

        var tags = new List<string>(count);
        foreach (var (index, item) in element.Value.EnumerateArray().Index())
        {
            if (WithoutControls($"/{name}/{index}", ReadText($"/{name}/{index}", item, 1, TaskLimits.TagLength)) is not { } tag)
                continue;
            if (tags.Contains(tag, StringComparer.Ordinal))
                Faults.Add(new Fault($"/{name}/{index}", $"The tag '{tag}' stands there twice."));
            else
                tags.Add(tag);
        }

        return tags;
    }

    public TimeSpan? TakeDuration(string name, TimeSpan min, TimeSpan max)
    {
        if (TakeText(name, 1, 40) is not { } text)
            return null;
        if (!Durations.TryParse(text, out var duration))
            Faults.Add(new Fault("/" + name, $"It must be {Durations.Form}."));
        else if (duration < min || duration > max)
            Faults.Add(new Fault("/" + name, $"It is {Durations.ToText(duration)}; it must be {Durations.ToText(min)} to {Durations.ToText(max)}."));
        else
            return duration;

        return null;
    }

    public DateTimeOffset? TakeTime(string name)
    {
        if (TakeText(name, 1, 40) is not { } text)
            return null;

        if (IsoTime.TryParse(text, out var time))
            return time;

        Faults.Add(new Fault("/" + name, $"It must be {IsoTime.Form}."));
        return null;
    }

    public TaskId? ReadId(string pointer, JsonElement element)
    {
        if (ReadText(pointer, element, 1, TaskLimits.NameLength) is not { } text)
            return null;
        if (TaskId.TryParse(text, out var id))
            return id;

        Faults.Add(new Fault(pointer, $"It must be the id of a task: {TaskId.Length} characters."));
        return null;
    }

    public void RefuseOthers(string known)
    {
        foreach (var name in _fields.Keys.Take(MaxFaults))
        {
            Faults.Add(new Fault(JsonPointer.Join("", name), $"There is no such field. The fields are: {known}."));
        }
    }

    public string? ReadText(string pointer, JsonElement element, int minLength, int maxLength)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            Faults.Add(new Fault(pointer, $"It must be a string, not {KindOf(element)}."));
            return null;
        }

        if (TextOf(element) is not { } text)
        {
            Faults.Add(new Fault(pointer, "It holds half of a surrogate pair (\\uD800 to \\uDFFF), which no text can."));
            return null;
        }

        if (text.Length >= minLength && text.Length <= maxLength)
            return text;

        Faults.Add(new Fault(pointer, $"It is {text.Length} characters long; it must be {minLength} to {maxLength}."));
        return null;
    }

    private string? WithoutControls(string pointer, string? text)
    {
        if (text is null || !text.Any(char.IsControl))
            return text;

        Faults.Add(new Fault(pointer, "It must not hold control characters, such as line breaks."));
        return null;
    }

    private static string Cut(string number) => number.Length <= 40 ? number : number[..40] + "…";
}
