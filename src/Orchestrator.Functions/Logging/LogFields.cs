using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Logging;

/// <summary>What an entry of the log carries by name, of its own and of the scopes around it.</summary>
internal static class LogFields
{
    private const string Template = "{OriginalFormat}";

    /// <summary>The text that the entry was made from, with the names of its fields in place; null when there is none.</summary>
    public static string? TemplateOf<TState>(TState state) =>
        Pairs(state)?.FirstOrDefault(pair => pair.Key == Template).Value as string;

    /// <summary>The fields of the entry itself.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Of<TState>(TState state) => [.. Pairs(state)?.Where(pair => pair.Key != Template) ?? []];

    /// <summary>The fields of its scopes, the inner ones over the outer ones.</summary>
    public static IReadOnlyDictionary<string, object?> OfScopes(IExternalScopeProvider? scopes)
    {
        var fields = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        scopes?.ForEachScope(
            static (scope, fields) =>
            {
                foreach (var (name, value) in Pairs(scope) ?? [])
                {
                    if (name != Template && value is not null)
                        fields[name] = value;
                }
            },
            fields);
        return fields;
    }

    /// <summary>A value as text.</summary>
    public static string? TextOf(object? value) => value switch
    {
        null => null,
        DateTime or DateTimeOffset => ((IFormattable)value).ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        IEnumerable<string> many => string.Join(", ", many),
        _ => value.ToString(),
    };

    private static IEnumerable<KeyValuePair<string, object?>>? Pairs(object? state) => state as IEnumerable<KeyValuePair<string, object?>>;
}
