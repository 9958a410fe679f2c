using Azure.Data.Tables;

namespace Orchestrator.Storage.Batching;

/// <summary>What is done to a row.</summary>
internal enum RowOperationKind
{
    /// <summary>The row must not be there yet.</summary>
    Insert,

    /// <summary>Written whether it is there or not; columns not given are left.</summary>
    Upsert,

    /// <summary>Changes the columns given and leaves the others, also those we do not know; the row must have the version named.</summary>
    Merge,

    /// <summary>The row must be there, and have the version if one is named.</summary>
    Delete,

    /// <summary>No matter whether the row is there.</summary>
    DeleteIfExists,
}

/// <summary>One operation of a transaction.</summary>
/// <param name="Row">Keys and columns; for a deletion only the keys.</param>
/// <param name="Version">ETag the row must have for <see cref="RowOperationKind.Merge"/>, and may have to for <see cref="RowOperationKind.Delete"/>; others name none.</param>
internal sealed record RowOperation(RowOperationKind Kind, TableEntity Row, string? Version = null)
{
    public string RowKey => Row.RowKey;

    /// <summary>Upper bound of its size in the body of a transaction, in bytes.</summary>
    public long Size { get; } = RowLimits.BodySize(Row);

    public static RowOperation Insert(TableEntity row) => new(RowOperationKind.Insert, row);

    public static RowOperation Upsert(TableEntity row) => new(RowOperationKind.Upsert, row);

    public static RowOperation Merge(TableEntity row, string version) => new(RowOperationKind.Merge, row, version);

    public static RowOperation Delete(string partition, string rowKey, string? version = null) => new(RowOperationKind.Delete, new TableEntity(partition, rowKey), version);

    public static RowOperation DeleteIfExists(string partition, string rowKey) => new(RowOperationKind.DeleteIfExists, new TableEntity(partition, rowKey));
}
