using System.Runtime.InteropServices;
using Azure.Data.Tables;

namespace Embedded.DurableTask.Tests.Simulation.Storage;

/// <summary>A row's place in a table.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TableKey(string Partition, string Row)
{
    /// <summary>The order in which rows lie.</summary>
    public static IComparer<TableKey> Order { get; } = Comparer<TableKey>.Create(Compare);

    public static TableKey Of(ITableEntity row) => new(row.PartitionKey, row.RowKey);

    private static int Compare(TableKey left, TableKey right) =>
        string.CompareOrdinal(left.Partition, right.Partition) is var byPartition and not 0 ? byPartition : string.CompareOrdinal(left.Row, right.Row);
}
