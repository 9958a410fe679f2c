namespace Azure.Data.Tables;

/// <summary>One row of a table. Every entity type that is written or read implements it.</summary>
public interface ITableEntity
{
    /// <summary>First half of the key: at most 512 characters, none of <c>/ \ # ?</c> and no control characters.</summary>
    string PartitionKey { get; set; }

    /// <summary>Second half of the key; unique within the partition, same rules as <see cref="PartitionKey"/>.</summary>
    string RowKey { get; set; }

    /// <summary>When the storage service last wrote the row. Set by the service; never sent.</summary>
    DateTimeOffset? Timestamp { get; set; }

    /// <summary>Version of the row as last read. Never sent as a column.</summary>
    ETag ETag { get; set; }
}
