using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables.Filters;

/// <summary>
/// The rows that the service looks at for a filter: those between the bounds that comparisons of the keys give, where all of them must hold. What stands below an
/// <c>or</c> or a <c>not</c> gives no bound, and row keys bound nothing unless the partition is fixed, as with the service.
/// Source: "Design for querying", section "Query types".
/// </summary>
/// <param name="Start">The first key in it.</param>
/// <param name="End">The first key behind it; null where it has no end.</param>
internal readonly record struct KeyRange(RowKeys Start, RowKeys? End)
{
    /// <summary>Behind a text comes at once, in the order of keys, the same text with this.</summary>
    private const string Successor = "\0";

    public static KeyRange Of(Filter? filter)
    {
        var partition = new Bounds();
        var row = new Bounds();
        Narrow(filter, partition, row);
        if (partition.Single is { } key)
            return new KeyRange(new RowKeys(key, row.Low), row.End is { } end ? new RowKeys(key, end) : new RowKeys(key + Successor, ""));
        return new KeyRange(new RowKeys(partition.Low, ""), partition.End is { } last ? new RowKeys(last, "") : null);
    }

    private static void Narrow(Filter? filter, Bounds partition, Bounds row)
    {
        switch (filter)
        {
            case Filter.And both:
                Narrow(both.Left, partition, row);
                Narrow(both.Right, partition, row);
                break;
            case Filter.Comparison { Column: SentRow.PartitionKeyName, Value: string key } comparison:
                partition.Narrow(comparison.Operator, key);
                break;
            case Filter.Comparison { Column: SentRow.RowKeyName, Value: string key } comparison:
                row.Narrow(comparison.Operator, key);
                break;
        }
    }

    private sealed class Bounds
    {
        /// <summary>The first text within.</summary>
        public string Low { get; private set; } = "";

        /// <summary>The first text behind; null for none.</summary>
        public string? End { get; private set; }

        /// <summary>The only text within, if there is but one.</summary>
        public string? Single => End is not null && string.Equals(End, Low + Successor, StringComparison.Ordinal) ? Low : null;

        public void Narrow(string comparison, string key)
        {
            if (comparison is "eq" or "ge")
                RaiseLow(key);
            if (comparison == "gt")
                RaiseLow(key + Successor);
            if (comparison is "eq" or "le")
                LowerEnd(key + Successor);
            if (comparison == "lt")
                LowerEnd(key);
        }

        private void RaiseLow(string key) => Low = string.CompareOrdinal(key, Low) > 0 ? key : Low;

        private void LowerEnd(string key) => End = End is null || string.CompareOrdinal(key, End) < 0 ? key : End;
    }
}
