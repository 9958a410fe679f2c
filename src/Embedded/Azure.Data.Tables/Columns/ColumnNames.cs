using System.Collections.Concurrent;

namespace Azure.Data.Tables.Columns;

/// <summary>
/// One object for each column name that the process meets, so that reading a page of rows makes no string for a name and writing escapes none. Bounded:
/// names past the bound work as well, they are only made anew each time.
/// </summary>
internal static class ColumnNames
{
    private const int Bound = 2048;

    private static readonly ConcurrentDictionary<string, ColumnName> Known = new(StringComparer.Ordinal);

    public static ColumnName PartitionKey { get; } = Of("PartitionKey");

    public static ColumnName RowKey { get; } = Of("RowKey");

    public static ColumnName Of(string text)
    {
        if (Known.TryGetValue(text, out var known))
            return known;

        var name = new ColumnName(text);
        return Known.Count < Bound ? Known.GetOrAdd(text, name) : name;
    }

    public static ColumnName Of(ReadOnlySpan<char> text) =>
        Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known) ? known : Of(text.ToString());
}
