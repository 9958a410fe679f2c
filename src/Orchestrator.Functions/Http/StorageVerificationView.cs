using Orchestrator.Verification;

namespace Orchestrator.Functions.Http;

/// <summary>A stretch of storage that has been checked, as the API shows it.</summary>
/// <param name="Findings">What is wrong in it.</param>
/// <param name="ContinuationToken">Where the next stretch begins; null: that was the last one.</param>
/// <param name="Position">How far the check is, for people.</param>
/// <param name="Tasks">Tasks in the stretch.</param>
/// <param name="Rows">Rows in the stretch.</param>
internal sealed record StorageVerificationView(IReadOnlyList<StorageFindingView> Findings, string? ContinuationToken, string Position, int Tasks, long Rows)
{
    public static StorageVerificationView Of(CheckedStretch stretch) =>
        new([.. stretch.Findings.Select(StorageFindingView.Of)], stretch.ContinuationToken, stretch.Position, stretch.Tasks, stretch.Rows);
}

/// <summary>A finding as the API shows it.</summary>
internal sealed record StorageFindingView(string Code, string Message, string Table, string Partition, string RowKey, string? TaskId, RepairOutcome Repair)
{
    public static StorageFindingView Of(StorageFinding finding) =>
        new(finding.Code, finding.Message, finding.Table, finding.Partition, finding.RowKey, finding.TaskId, finding.Repair);
}
