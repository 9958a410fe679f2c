namespace Azure.Data.Tables.Columns;

/// <summary>The types of columns that the service annotates, because JSON alone does not tell them.</summary>
internal enum EdmType
{
    None,
    Binary,
    Boolean,
    DateTime,
    Double,
    Guid,
    Int32,
    Int64,
    String,
}
