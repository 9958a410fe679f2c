namespace Azure.Data.Tables.Limits;

/// <summary>Azure's limits of one entity. Source: "Understanding the Table service data model" and "Scalability targets for Table storage".</summary>
internal static class EntityLimits
{
    /// <summary>Characters of a partition or row key (1 KiB of UTF-16).</summary>
    public const int KeyLength = 512;

    /// <summary>Own columns, the three system ones not counted.</summary>
    public const int Columns = 252;

    /// <summary>Characters of a column's name.</summary>
    public const int ColumnNameLength = 255;

    /// <summary>Characters of a string (64 KiB of UTF-16).</summary>
    public const int StringLength = 32 * 1024;

    /// <summary>Bytes of a binary value.</summary>
    public const int BinaryLength = 64 * 1024;

    /// <summary>Bytes of a whole entity, as the service counts them.</summary>
    public const int EntitySize = 1024 * 1024;

    /// <summary>Bytes that every entity takes.</summary>
    public const int EntityOverhead = 4;

    /// <summary>Bytes that every column takes besides its name and its value.</summary>
    public const int ColumnOverhead = 8;

    /// <summary>Bytes that a string or binary value takes besides its content.</summary>
    public const int LengthOverhead = 4;

    /// <summary>The service stores no time before this one.</summary>
    public static readonly DateTimeOffset FirstTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
