using Orchestrator.Audit;

namespace Orchestrator.Storage.Keys;

/// <summary>
/// Rows of the audit, newest first over all partitions:
/// <code>
/// {inverted day}  {inverted ms}{random}
/// </code>
/// </summary>
internal static class AuditKeys
{
    public const string Table = "Audit";

    public static string Partition(AuditEntryId id) => NewestFirst.Day(id.Milliseconds);

    public static string Row(AuditEntryId id) => NewestFirst.Time(id.Milliseconds) + id.Random;

    /// <summary>Reads a row key back.</summary>
    public static AuditEntryId Parse(string rowKey) =>
        AuditEntryId.TryParse($"{NewestFirst.ParseTime(rowKey):x12}{rowKey[NewestFirst.TimeLength..]}", out var id)
            ? id
            : throw new InvalidDataException($"'{rowKey}' is no row key of the audit; it was written by something other than the orchestrator.");
}
