using Azure.Core;
using Azure.Data.Tables.Columns;
using Azure.Data.Tables.Connection;
using Azure.Data.Tables.Limits;
using Azure.Data.Tables.Requests;

namespace Azure.Data.Tables.Transactions;

/// <summary>
/// Writes a transaction as <c>multipart/mixed</c>: one batch with one change set with one HTTP request for each action, all into one buffer.
/// Source: "Performing entity group transactions".
/// </summary>
internal sealed class TransactionBody(string endpoint, EntityAddress address, EntityWriter writer)
{
    private const int SizeHintPerAction = 768;

    /// <summary>The body; the caller disposes of it.</summary>
    /// <exception cref="TableTransactionFailedException">An entity breaks one of the service's limits.</exception>
    public PooledContent Write(IReadOnlyList<TableTransactionAction> actions, string batch, string changeSet)
    {
        var body = new PooledContent(SizeHintPerAction * (actions.Count + 1));
        try
        {
            body.Append($"--{batch}\r\nContent-Type: multipart/mixed; boundary={changeSet}\r\n\r\n");
            for (var i = 0; i < actions.Count; i++)
                WriteAction(body, actions[i], i, changeSet);
            body.Append($"--{changeSet}--\r\n\r\n--{batch}--\r\n");
            TransactionLimits.CheckBody(body.Length);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private static RequestMethod MethodOf(TableTransactionActionType type) => type switch
    {
        TableTransactionActionType.Add => RequestMethod.Post,
        TableTransactionActionType.Delete => RequestMethod.Delete,
        TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpsertMerge => RequestMethod.Patch,
        TableTransactionActionType.UpdateReplace or TableTransactionActionType.UpsertReplace => RequestMethod.Put,
        _ => throw new InvalidOperationException($"Unknown request type: {type}"),
    };

    private void WriteAction(PooledContent body, TableTransactionAction action, int index, string changeSet)
    {
        var entity = action.Entity;
        var type = action.ActionType;
        var method = MethodOf(type).Method;
        try
        {
            KeyRules.Check(entity.PartitionKey, entity.RowKey);
            var path = type == TableTransactionActionType.Add ? address.Table : address.Of(entity.PartitionKey, entity.RowKey);
            body.Append("--"u8);
            body.Append(changeSet);
            body.Append("\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"u8);
            body.Append(method);
            body.Append(" "u8);
            body.Append(endpoint);
            body.Append(path);
            body.Append(" HTTP/1.1\r\nAccept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\n"u8);
            if (type == TableTransactionActionType.Add)
                body.Append("Prefer: return-no-content\r\n"u8);
            if (type is TableTransactionActionType.Delete or TableTransactionActionType.UpdateMerge or TableTransactionActionType.UpdateReplace)
            {
                body.Append("If-Match: "u8);
                body.Append((action.ETag == default ? ETag.All : action.ETag).ToString());
                body.Append("\r\n"u8);
            }

            if (type == TableTransactionActionType.Delete)
            {
                body.Append("\r\n\r\n"u8);
                return;
            }

            body.Append("Content-Type: application/json\r\n\r\n"u8);
            writer.Write(body, entity);
            body.Append("\r\n"u8);
        }
        catch (RequestFailedException refused)
        {
            throw TransactionLimits.At(index, refused);
        }
    }
}
