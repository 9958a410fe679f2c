using System.Text.Json;
using Orchestrator.Tasks;

namespace Orchestrator.Schemas;

/// <summary>The schema <c>false</c>.</summary>
internal sealed class NothingKeyword : SchemaKeyword
{
    public override void Check(JsonElement value, SchemaRun run) => run.Add("No value is allowed here.");
}

/// <summary><c>type</c>.</summary>
internal sealed class TypeKeyword(JsonKind kinds) : SchemaKeyword
{
    private readonly string _words = JsonKinds.Describe(kinds);

    public override void Check(JsonElement value, SchemaRun run)
    {
        if (JsonKinds.Fits(value, kinds))
            return;

        var found = value.ValueKind == JsonValueKind.Number && kinds.HasFlag(JsonKind.Integer) ? "one with a fraction" : SubmissionFields.KindOf(value);
        run.Add($"It must be {_words}, not {found}.");
    }
}

/// <summary><c>enum</c> and, as an enum of one, <c>const</c>.</summary>
internal sealed class EnumKeyword(IReadOnlyList<JsonElement> allowed) : SchemaKeyword
{
    private const int MaxShown = 20;
    private const int MaxShownCharacters = 400;

    private readonly string _message = Describe(allowed);

    public override void Check(JsonElement value, SchemaRun run)
    {
        foreach (var one in allowed)
        {
            if (!run.Spend(1) || JsonElement.DeepEquals(value, one))
                return;
        }

        run.Add(_message);
    }

    private static string Describe(IReadOnlyList<JsonElement> allowed)
    {
        var texts = allowed.Select(one => one.GetRawText()).ToList();
        var list = string.Join(", ", texts.Take(MaxShown));
        if (list.Length > MaxShownCharacters)
            return $"It must be one of the {texts.Count} values that the schema names.";
        return texts.Count == 1 ? $"It must be {list}." : $"It must be one of: {list}{(texts.Count > MaxShown ? ", …" : "")}.";
    }
}

/// <summary>What a number is compared with.</summary>
internal enum NumberLimit
{
    Minimum,
    ExclusiveMinimum,
    Maximum,
    ExclusiveMaximum,
    MultipleOf,
}

/// <summary><c>minimum</c>, <c>maximum</c>, <c>exclusiveMinimum</c>, <c>exclusiveMaximum</c> and <c>multipleOf</c>; exact for all numbers.</summary>
internal sealed class NumberKeyword(NumberLimit limit, string text) : SchemaKeyword
{
    private readonly JsonNumber _bound = JsonNumber.Parse(text);

    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind == JsonValueKind.Number && !Fits(JsonNumber.Parse(value.GetRawText())))
            run.Add($"It must be {Words} {text}.");
    }

    private string Words => limit switch
    {
        NumberLimit.Minimum => "at least",
        NumberLimit.ExclusiveMinimum => "more than",
        NumberLimit.Maximum => "at most",
        NumberLimit.ExclusiveMaximum => "less than",
        _ => "a multiple of",
    };

    private bool Fits(JsonNumber number) => limit switch
    {
        NumberLimit.Minimum => number.ComparedTo(_bound) >= 0,
        NumberLimit.ExclusiveMinimum => number.ComparedTo(_bound) > 0,
        NumberLimit.Maximum => number.ComparedTo(_bound) <= 0,
        NumberLimit.ExclusiveMaximum => number.ComparedTo(_bound) < 0,
        _ => number.IsMultipleOf(_bound),
    };
}

/// <summary><c>minLength</c>, <c>maxLength</c>, <c>pattern</c> and <c>format</c>. Lengths count characters of Unicode, not halves of them.</summary>
internal sealed class StringKeyword(int? minLength, int? maxLength, SchemaPattern? pattern, SchemaFormat? format) : SchemaKeyword
{
    private const int CharactersPerStep = 32;

    public override void Check(JsonElement value, SchemaRun run)
    {
        if (value.ValueKind != JsonValueKind.String)
            return;
        if (SubmissionFields.TextOf(value) is not { } text)
        {
            run.Add("It holds half of a surrogate pair (\\uD800 to \\uDFFF), which no text can.");
            return;
        }

        if (!run.Spend(text.Length / CharactersPerStep))
            return;
        var length = text.Length - LowSurrogates(text);
        if (length < minLength)
            run.Add($"It is {length} characters long; it must be at least {minLength}.");
        if (length > maxLength)
            run.Add($"It is {length} characters long; it must be at most {maxLength}.");
        if (pattern?.IsMatch(text) == false)
            run.Add($"It must match the pattern {pattern}.");
        if (format?.IsValid(text) == false)
            run.Add($"It must be {format.Words}.");
    }

    private static int LowSurrogates(string text)
    {
        var count = 0;
        foreach (var character in text)
            count += char.IsLowSurrogate(character) ? 1 : 0;
        return count;
    }
}
