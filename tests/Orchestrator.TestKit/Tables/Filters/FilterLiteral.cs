using System.Globalization;

namespace Orchestrator.TestKit.Tables.Filters;

/// <summary>Values as OData writes them: <c>'text'</c>, <c>5</c>, <c>5L</c>, <c>5.0</c>, <c>true</c>, <c>datetime'…'</c>, <c>guid'…'</c>, <c>X'…'</c>.</summary>
internal static class FilterLiteral
{
    /// <returns>Null for what is no literal.</returns>
    public static object? Parse(string token)
    {
        try
        {
            return token.EndsWith('\'') ? Quoted(token) : Plain(token);
        }
        catch (Exception malformed) when (malformed is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static object? Quoted(string token)
    {
        var start = token.IndexOf('\'');
        var text = token[(start + 1)..^1].Replace("''", "'", StringComparison.Ordinal);
        return token[..start] switch
        {
            "" => text,
            "datetime" => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime(),
            "guid" => Guid.Parse(text),
            "X" or "binary" => Convert.FromHexString(text),
            _ => null,
        };
    }

    private static object? Plain(string token) => token switch
    {
        "true" => true,
        "false" => false,
        "NaN" => double.NaN,
        "INF" => double.PositiveInfinity,
        "-INF" => double.NegativeInfinity,
        _ when token.EndsWith('L') => long.Parse(token.AsSpan(0, token.Length - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        _ when token.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 => double.Parse(token, NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => int.Parse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
    };
}
