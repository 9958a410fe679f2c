namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>Evaluates a query's filter, as far as it is one on keys: comparisons, <c>and</c>, <c>or</c> and parentheses.</summary>
internal sealed class KeyFilter
{
    private readonly List<string> _tokens;
    private int _at;

    private KeyFilter(string filter) => _tokens = [.. Split(filter)];

    /// <exception cref="NotSupportedException">The filter is none on keys.</exception>
    public static Func<TableKey, bool> Parse(string? filter)
    {
        if (string.IsNullOrEmpty(filter))
        {
            return _ => true;
        }

        var parser = new KeyFilter(filter);
        var condition = parser.Alternatives();
        return parser._at == parser._tokens.Count ? condition : throw new NotSupportedException($"The filter '{filter}' goes on where it should end.");
    }

    private static IEnumerable<string> Split(string filter)
    {
        for (var i = 0; i < filter.Length;)
        {
            if (filter[i] == ' ')
            {
                i++;
                continue;
            }

            var start = i++;
            if (filter[start] == '\'')
            {
                while (filter[i] != '\'' || (i + 1 < filter.Length && filter[i + 1] == '\''))
                {
                    i += filter[i] == '\'' ? 2 : 1;
                }

                i++;
            }
            else if (filter[start] is not ('(' or ')'))
            {
                while (i < filter.Length && filter[i] is not (' ' or '(' or ')'))
                {
                    i++;
                }
            }

            yield return filter[start..i];
        }
    }

    private Func<TableKey, bool> Alternatives()
    {
        var left = Conjunction();
        while (Take("or"))
        {
            var (one, other) = (left, Conjunction());
            left = key => one(key) || other(key);
        }

        return left;
    }

    private Func<TableKey, bool> Conjunction()
    {
        var left = Condition();
        while (Take("and"))
        {
            var (one, other) = (left, Condition());
            left = key => one(key) && other(key);
        }

        return left;
    }

    private Func<TableKey, bool> Condition()
    {
        if (Take("("))
        {
            var inner = Alternatives();
            return Take(")") ? inner : throw new NotSupportedException("A parenthesis is not closed.");
        }

        var (column, comparison, value) = (_tokens[_at], _tokens[_at + 1], _tokens[_at + 2][1..^1].Replace("''", "'", StringComparison.Ordinal));
        _at += 3;
        Func<TableKey, int> compare = column switch
        {
            "PartitionKey" => key => string.CompareOrdinal(key.Partition, value),
            "RowKey" => key => string.CompareOrdinal(key.Row, value),
            _ => throw new NotSupportedException($"There are no filters on {column}."),
        };
        return comparison switch
        {
            "eq" => key => compare(key) == 0,
            "gt" => key => compare(key) > 0,
            "ge" => key => compare(key) >= 0,
            "lt" => key => compare(key) < 0,
            "le" => key => compare(key) <= 0,
            _ => throw new NotSupportedException($"There is no comparison {comparison}."),
        };
    }

    private bool Take(string token)
    {
        if (_at < _tokens.Count && _tokens[_at] == token)
        {
            _at++;
            return true;
        }

        return false;
    }
}
