using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Secrets;

/// <summary>
/// Keeps the values of masked fields out of whatever is stored or logged. A part <c>*</c> of a pointer stands for every item of an array and every
/// property; names are compared without regard to case, as agents read inputs so. A masked object or array is replaced as a whole.
/// </summary>
public sealed class FieldMask
{
    /// <summary>What stands in place of a masked value.</summary>
    public const string Text = "***";

    /// <summary>The same as JSON.</summary>
    public const string Json = "\"***\"";

    /// <summary>Shorter texts stand in many a message by chance.</summary>
    private const int MinTextLength = 4;

    private const string AnyPart = "*";

    private readonly string[][] _patterns;

    private FieldMask(string[][] patterns) => _patterns = patterns;

    /// <summary>Masks nothing.</summary>
    public static FieldMask None { get; } = new([]);

    /// <summary>Whether it masks nothing.</summary>
    public bool IsNone => _patterns.Length == 0;

    /// <summary>The mask of some pointers.</summary>
    public static FieldMask Of(params IEnumerable<string> pointers)
    {
        string[][] patterns = [.. pointers.Distinct(StringComparer.Ordinal).Select(JsonPointer.TryParse).OfType<JsonPointer>().Select(pointer => pointer.Parts.ToArray())];
        return patterns.Length == 0 ? None : new FieldMask(patterns);
    }

    /// <summary>The mask of a task's type: of the definition it was submitted with and of the one in force, so that a field that is masked today is masked for every task.</summary>
    public static FieldMask Of(TaskType? pinned, TaskType? current) => Of([.. pinned?.MaskedFields ?? [], .. current?.MaskedFields ?? []]);

    /// <summary>Replaces what is masked. Null and references to secrets stay.</summary>
    /// <param name="json">Valid JSON.</param>
    /// <returns>The very same text where nothing was replaced.</returns>
    public string Apply(string json) => IsNone ? json : new JsonEdit { OfValue = (path, kind, text) => IsAt(path) && IsToHide(kind, text) ? Json : null }.Apply(json);

    /// <summary>The places at which something would be replaced.</summary>
    public IReadOnlyList<string> FindPlain(string json)
    {
        var found = new List<string>();
        if (!IsNone)
            new JsonEdit { OfValue = (path, kind, text) => Note(path, kind, text, found) }.Apply(json);
        return found;
    }

    /// <summary>Whether a field, or one around or within it, is masked.</summary>
    public bool Touches(string pointer) =>
        JsonPointer.TryParse(pointer) is { } place
        && Array.Exists(_patterns, pattern => Fits(pattern, place.Parts, Math.Min(pattern.Length, place.Parts.Count)));

    /// <summary>Whether a value is one that was masked before: what it was once is not known, so it fits whatever is demanded of it.</summary>
    public bool IsWithheld(IEnumerable<string> path, JsonElement value) =>
        !IsNone && value.ValueKind == JsonValueKind.String && value.ValueEquals(Text) && IsAt([.. path]);

    /// <summary>Whether one of an input's masked fields was masked before.</summary>
    public bool HasWithheld(JsonElement input)
    {
        var found = false;
        if (!IsNone)
            new JsonEdit { OfValue = (path, kind, text) => (found |= kind == JsonTokenType.String && text == Text && IsAt(path)) ? Json : null }.Apply(input.GetRawText());
        return found;
    }

    /// <summary>
    /// What may be said of an input's faults: nothing that was masked. Of what lies within a masked field only that it does not fit; of a value that was masked before nothing, as that
    /// is no fault.
    /// </summary>
    /// <param name="faults">Pointers into the input.</param>
    /// <param name="mayQuote">Whether their messages may have been made of values.</param>
    public IEnumerable<Fault> Scrub(IEnumerable<Fault> faults, JsonElement input, bool mayQuote)
    {
        if (IsNone)
            return faults;

        var texts = TextsIn(input);
        return faults.Select(fault => Scrub(fault, input, texts, mayQuote)).OfType<Fault>().Distinct();
    }

    private Fault? Scrub(Fault fault, JsonElement input, IReadOnlyList<string> texts, bool mayQuote)
    {
        const string unsaid = "It does not fit; no more is said of a masked field.";
        var parts = JsonPointer.TryParse(fault.Pointer)?.Parts ?? [];
        if (MaskedAbove(parts) is not { } depth)
            return fault with { Message = texts.Aggregate(fault.Message, (message, text) => message.Replace(text, Text, StringComparison.OrdinalIgnoreCase)) };

        var pointer = string.Concat(parts.Take(depth).Select(part => JsonPointer.Join("", part)));
        if (JsonPointer.TryParse(pointer)!.Find(input) is { ValueKind: JsonValueKind.String } value && value.ValueEquals(Text))
            return null;
        return depth < parts.Count || mayQuote ? new Fault(pointer, unsaid) : fault;
    }

    /// <summary>Everything that is said in masked fields and long enough to be told from other words, the longest first.</summary>
    private List<string> TextsIn(JsonElement input)
    {
        var texts = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        new JsonEdit { OfValue = (path, kind, text) => Note(path, kind, text, texts) }.Apply(input.GetRawText());
        return [.. texts.OrderByDescending(text => text.Length)];
    }

    private string? Note(IReadOnlyList<string> path, JsonTokenType kind, string? text, HashSet<string> texts)
    {
        if (MaskedAbove(path) is not { } depth)
            return null;
        if (text?.Length >= MinTextLength && IsToHide(kind, text))
            texts.Add(text);
        if (depth < path.Count && path[^1].Length >= MinTextLength)
            texts.Add(path[^1]);
        return null;
    }

    private string? Note(IReadOnlyList<string> path, JsonTokenType kind, string? text, List<string> found)
    {
        if (!IsAt(path) || !IsToHide(kind, text))
            return null;

        found.Add(string.Concat(path.Select(part => JsonPointer.Join("", part))));
        return Json;
    }

    private static bool IsToHide(JsonTokenType kind, string? text) =>
        kind != JsonTokenType.Null && !(kind == JsonTokenType.String && (text == Text || SecretReference.Is(text)));

    private bool IsAt(IReadOnlyList<string> path) => Array.Exists(_patterns, pattern => pattern.Length == path.Count && Fits(pattern, path, pattern.Length));

    /// <summary>How deep the masked field lies that a place is or lies in; null where there is none.</summary>
    private int? MaskedAbove(IReadOnlyList<string> path)
    {
        int? depth = null;
        foreach (var pattern in _patterns)
        {
            if (pattern.Length <= path.Count && !(depth <= pattern.Length) && Fits(pattern, path, pattern.Length))
                depth = pattern.Length;
        }

        return depth;
    }

    private static bool Fits(string[] pattern, IReadOnlyList<string> path, int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (pattern[i] != AnyPart && !pattern[i].Equals(path[i], StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }
}
