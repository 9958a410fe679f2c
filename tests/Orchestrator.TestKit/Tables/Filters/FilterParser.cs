using System.Text.RegularExpressions;

namespace Orchestrator.TestKit.Tables.Filters;

/// <summary>Reads <c>$filter</c>: comparisons of a column with a literal, joined by not, and, or (binding in this order) and brackets.</summary>
internal sealed partial class FilterParser
{
    private readonly List<string> _tokens;
    private int _next;

    private FilterParser(string text)
    {
        var matches = Token().Matches(text);
        _tokens = [.. matches.Select(match => match.Groups["token"].Value)];
        if (matches.Sum(match => match.Length) != text.TrimEnd().Length)
            throw Malformed();
    }

    private string? Current => _next < _tokens.Count ? _tokens[_next] : null;

    /// <exception cref="TableRefusal">The text is no filter that the service understands.</exception>
    public static Filter? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;

        var parser = new FilterParser(text);
        var filter = parser.ReadOr();
        return parser.Current is null ? filter : throw Malformed();
    }

    private static TableRefusal Malformed() => TableRefusal.InvalidInput();

    private Filter ReadOr()
    {
        var filter = ReadAnd();
        while (Take("or"))
            filter = new Filter.Or(filter, ReadAnd());
        return filter;
    }

    private Filter ReadAnd()
    {
        var filter = ReadNot();
        while (Take("and"))
            filter = new Filter.And(filter, ReadNot());
        return filter;
    }

    private Filter ReadNot()
    {
        if (Take("not"))
            return new Filter.Not(ReadNot());
        if (!Take("("))
            return ReadComparison();

        var filter = ReadOr();
        return Take(")") ? filter : throw Malformed();
    }

    private Filter.Comparison ReadComparison()
    {
        var column = Next();
        var comparison = Next();
        if (!Name().IsMatch(column) || comparison is not ("eq" or "ne" or "gt" or "ge" or "lt" or "le"))
            throw Malformed();
        return new Filter.Comparison(column, comparison, FilterLiteral.Parse(Next()) ?? throw Malformed());
    }

    private bool Take(string token)
    {
        if (Current != token)
            return false;
        _next++;
        return true;
    }

    private string Next() => _next < _tokens.Count ? _tokens[_next++] : throw Malformed();

    [GeneratedRegex(@"\G\s*(?<token>(?:[A-Za-z]*'(?:[^']|'')*')|[()]|[^\s()']+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    [GeneratedRegex(@"^[\p{L}_][\p{L}\p{N}_]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
