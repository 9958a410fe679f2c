namespace Azure.Data.Tables;

/// <summary>One action of a transaction: what to do with which entity.</summary>
public class TableTransactionAction
{
    /// <summary>An action that does not care for the stored row's version.</summary>
    public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity)
        : this(actionType, entity, etag: default)
    {
    }

    /// <param name="etag">The version that the stored row must have for an update or a deletion; default and <see cref="ETag.All"/>: any.</param>
    public TableTransactionAction(TableTransactionActionType actionType, ITableEntity entity, ETag etag = default)
    {
        ActionType = actionType;
        Entity = entity;
        ETag = etag;
    }

    public TableTransactionActionType ActionType { get; }

    public ITableEntity Entity { get; }

    public ETag ETag { get; }
}
