namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>Where a row stands: rows are in the order of their partition keys and, within one, of their row keys, both by UTF-16 code units.</summary>
internal readonly record struct RowKeys(string Partition, string Row)
{
    /// <summary>Below 0 where it comes before the other, over 0 where it comes behind.</summary>
    public int ComparedWith(RowKeys other)
    {
        var partitions = ReferenceEquals(Partition, other.Partition) ? 0 : string.CompareOrdinal(Partition, other.Partition);
        return partitions != 0 ? partitions : string.CompareOrdinal(Row, other.Row);
    }
}
