namespace Orchestrator.Cli.Api;

/// <summary>A stretch of storage that the app has checked.</summary>
internal sealed record StorageVerificationView
{
    public IReadOnlyList<StorageFindingView> Findings { get; init; } = [];

    /// <summary>Where the next stretch begins; null: that was the last one.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>How far the check is.</summary>
    public string Position { get; init; } = "";

    public int Tasks { get; init; }

    public long Rows { get; init; }
}

/// <summary>Something that is wrong in storage.</summary>
internal sealed record StorageFindingView
{
    /// <summary>What <see cref="Repair"/> says of one that is mended.</summary>
    public const string Repaired = "Repaired";

    public required string Code { get; init; }
    public required string Message { get; init; }
    public required string Table { get; init; }
    public required string Partition { get; init; }
    public required string RowKey { get; init; }
    public string? TaskId { get; init; }

    /// <summary>NotAsked, Repaired, Changed or NotRepairable.</summary>
    public required string Repair { get; init; }
}
