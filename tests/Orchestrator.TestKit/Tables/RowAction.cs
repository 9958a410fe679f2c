using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables;

/// <summary>Something to be done to one row.</summary>
/// <param name="IfMatch">The version that the stored row must have, <c>*</c> for any; null where there need be no stored row.</param>
internal sealed record RowAction(RowActionKind Kind, RowKeys Keys, IReadOnlyCollection<Column> Columns, string? IfMatch);

/// <summary>What is to be done.</summary>
internal enum RowActionKind
{
    Insert,
    Merge,
    Replace,
    Delete,
}
