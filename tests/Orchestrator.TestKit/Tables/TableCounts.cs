namespace Orchestrator.TestKit.Tables;

/// <summary>What a <see cref="TableServer"/> was asked for and did. Refused requests count too.</summary>
public sealed record TableCounts
{
    /// <summary>Reads of one row by its keys.</summary>
    public long PointReads { get; init; }

    /// <summary>Pages asked for, each a request; <see cref="TableServer.Queries"/> has them one by one.</summary>
    public long Queries { get; init; }

    /// <summary>Single inserts.</summary>
    public long Inserts { get; init; }

    /// <summary>Single merges and replacements, with or without a stored row.</summary>
    public long Updates { get; init; }

    /// <summary>Single deletions.</summary>
    public long Deletes { get; init; }

    /// <summary>Transactions.</summary>
    public long Transactions { get; init; }

    /// <summary>Requests that create, delete or list tables.</summary>
    public long TableRequests { get; init; }

    /// <summary>Rows answered by point reads and queries.</summary>
    public long RowsReturned { get; init; }

    /// <summary>Rows looked at for point reads and queries: for a query those of the key range that its filter fixes, up to the end of the page.</summary>
    public long RowsScanned { get; init; }

    /// <summary>Rows inserted, changed and deleted, in transactions or not; none for what was refused.</summary>
    public long RowsWritten { get; init; }

    /// <summary>All requests.</summary>
    public long Requests => PointReads + Queries + Inserts + Updates + Deletes + Transactions + TableRequests;
}

/// <summary>One page that was asked for.</summary>
/// <param name="Filter">As it was sent; empty without one.</param>
/// <param name="RowsScanned">Rows that were looked at.</param>
public sealed record TableQuery(string Table, string Filter, int RowsScanned, int RowsReturned);
