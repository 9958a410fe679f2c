using System.Text.RegularExpressions;
using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>What a request is about.</summary>
/// <param name="Path">As it was sent, the account first.</param>
/// <param name="Resource">What stands behind the account, not escaped: <c>Tables</c>, <c>$batch</c>, or a table's name.</param>
/// <param name="Argument">What stands in brackets behind it; null without brackets.</param>
/// <param name="Query">The parameters, not escaped.</param>
internal sealed partial record TableAddress(string Path, string Resource, string? Argument, IReadOnlyDictionary<string, string> Query)
{
    public const string Tables = "Tables";
    public const string Batch = "$batch";

    /// <summary>The keys of the one row that is meant; null where all rows are.</summary>
    /// <exception cref="TableRefusal">The brackets hold something else, or the keys are none.</exception>
    public RowKeys? Keys
    {
        get
        {
            if (string.IsNullOrEmpty(Argument))
                return null;
            var match = KeyPair().Match(Argument);
            return match.Success
                ? RowLimits.Checked(WithoutDoubledQuotes(match.Groups["partition"].Value), WithoutDoubledQuotes(match.Groups["row"].Value))
                : throw TableRefusal.InvalidInput();
        }
    }

    /// <summary>The table's name in <c>Tables('name')</c>.</summary>
    /// <exception cref="TableRefusal">There is no name.</exception>
    public string NamedTable => Argument is ['\'', .., '\''] ? WithoutDoubledQuotes(Argument[1..^1]) : throw TableRefusal.InvalidInput();

    /// <param name="target">A path with its query, or a whole address.</param>
    /// <exception cref="TableRefusal">It is not below the account.</exception>
    public static TableAddress Parse(string target, string account)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? 0 : target.IndexOf('/', scheme + 3);
        var (path, query) = start < 0 ? ("", "") : Cut(target[start..], '?');
        if (!path.StartsWith($"/{account}/", StringComparison.Ordinal))
            throw TableRefusal.ResourceNotFound();

        var resource = Uri.UnescapeDataString(path[(account.Length + 2)..]);
        var bracket = resource.EndsWith(')') ? resource.IndexOf('(') : -1;
        return bracket < 0
            ? new TableAddress(path, resource, Argument: null, Parameters(query))
            : new TableAddress(path, resource[..bracket], resource[(bracket + 1)..^1], Parameters(query));
    }

    private static Dictionary<string, string> Parameters(string query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Cut(parameter, '=');
            parameters[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value.Replace('+', ' '));
        }

        return parameters;
    }

    private static (string Before, string Behind) Cut(string text, char separator) =>
        text.IndexOf(separator) is var index and >= 0 ? (text[..index], text[(index + 1)..]) : (text, "");

    private static string WithoutDoubledQuotes(string text) => text.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex("^PartitionKey='(?<partition>(?:[^']|'')*)',RowKey='(?<row>(?:[^']|'')*)'$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex KeyPair();
}
