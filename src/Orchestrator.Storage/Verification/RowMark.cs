using Azure.Data.Tables;

namespace Orchestrator.Storage.Verification;

/// <summary>A row of which only the key matters, and when it was written.</summary>
/// <param name="Version">Its ETag.</param>
/// <param name="WrittenAt">By the storage service's clock.</param>
internal readonly record struct RowMark(string RowKey, string Version, DateTimeOffset WrittenAt)
{
    public static RowMark Of(TableEntity row) => new(row.RowKey, row.ETag.ToString(), row.Timestamp ?? default);
}
