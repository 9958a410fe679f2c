namespace Azure.Data.Tables;

/// <summary>What one action of a transaction does.</summary>
public enum TableTransactionActionType
{
    /// <summary>Inserts; fails if the row is there.</summary>
    Add = 0,

    /// <summary>Merges into the stored row; fails if it is not there or has another version.</summary>
    UpdateMerge = 1,

    /// <summary>Replaces the stored row; fails if it is not there or has another version.</summary>
    UpdateReplace = 2,

    /// <summary>Deletes the stored row; fails if it is not there or has another version.</summary>
    Delete = 3,

    /// <summary>Merges into the stored row, or inserts.</summary>
    UpsertMerge = 4,

    /// <summary>Replaces the stored row, or inserts.</summary>
    UpsertReplace = 5,
}
