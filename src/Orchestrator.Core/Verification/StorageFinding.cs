namespace Orchestrator.Verification;

/// <summary>What became of the wish to mend what was found.</summary>
public enum RepairOutcome
{
    /// <summary>It was not asked for.</summary>
    NotAsked = 0,

    /// <summary>It is mended.</summary>
    Repaired = 1,

    /// <summary>It had changed in between; nothing was done. If it is still wrong, the next run finds it again.</summary>
    Changed = 2,

    /// <summary>Nothing can be done about it safely.</summary>
    NotRepairable = 3,
}

/// <summary>Something in storage that breaks a rule.</summary>
/// <param name="Code">One of <see cref="FindingCodes"/>.</param>
/// <param name="Message">What is wrong, for people.</param>
public sealed record StorageFinding(string Code, string Message)
{
    /// <summary>Name of the table, prefix included.</summary>
    public required string Table { get; init; }

    /// <summary>Partition of the row.</summary>
    public required string Partition { get; init; }

    /// <summary>Key of the row that is wrong or missing; the first one where there are several.</summary>
    public required string RowKey { get; init; }

    /// <summary>The task that the row belongs to; null: to none.</summary>
    public string? TaskId { get; init; }

    /// <summary>What was done about it.</summary>
    public RepairOutcome Repair { get; init; }
}
