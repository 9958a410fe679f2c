namespace Orchestrator.Storage.Batching;

/// <summary>What one caller writes: all of it or nothing.</summary>
/// <param name="Table">Name of the table, prefix included.</param>
/// <param name="Partition">Partition of all rows.</param>
/// <param name="Operations">1–100 operations on different rows.</param>
/// <param name="Anchor">
/// Index of an inserted or merged row that gets the write id, by which we learn whether an answer that was lost would have
/// been a success. Best a row that is never written again.
/// </param>
internal sealed record RowGroup(string Table, string Partition, IReadOnlyList<RowOperation> Operations, int Anchor)
{
    /// <summary>Whether it belongs to rows that are there: where the table is not, they are gone, and it is not created for this.</summary>
    public bool NeedsTable { get; init; }
}

/// <summary>What writing a group came to.</summary>
internal abstract record RowGroupOutcome
{
    private RowGroupOutcome()
    {
    }

    /// <summary>It is written.</summary>
    /// <param name="Versions">ETag of each row in the group's order, empty for a deleted one; null when we only know by the write id that it is written.</param>
    public sealed record Written(IReadOnlyList<string>? Versions) : RowGroupOutcome;

    /// <summary>A row was there that must not be, was not there, or had another version: nothing of the group is written.</summary>
    /// <param name="Status">HTTP status: 404, also where the table is not there, 409 or 412.</param>
    /// <param name="Index">Index of the operation in the group.</param>
    public sealed record Conflict(int Status, int Index) : RowGroupOutcome;
}
