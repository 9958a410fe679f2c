namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>The types that a column of a table can have.</summary>
internal enum ColumnType
{
    String,
    Boolean,
    Int32,
    Int64,
    Double,
    DateTime,
    Guid,
    Binary,
}
