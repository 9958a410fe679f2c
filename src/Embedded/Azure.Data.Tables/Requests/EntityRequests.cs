using Azure.Core;
using Azure.Data.Tables.Columns;
using Azure.Data.Tables.Connection;
using Azure.Data.Tables.Limits;
using Azure.Data.Tables.Transactions;

namespace Azure.Data.Tables.Requests;

/// <summary>The requests on entities of one table. Safe for all threads.</summary>
internal sealed class EntityRequests(TableConnection connection, string table)
{
    private const int BodySizeHint = 1024;

    private static readonly StatusCodeClassifier FoundOrAbsent = new([200, 404]);
    private static readonly StatusCodeClassifier DeletedOrAbsent = new([204, 404]);

    private readonly EntityAddress _address = new(table);
    private readonly string _baseAddress = connection.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');

    // One spare writer, lent to one request at a time; a second one at the same time makes its own.
    private EntityWriter? _spareWriter;

    public HttpMessage Insert(ITableEntity entity)
    {
        KeyRules.Check(entity.PartitionKey, entity.RowKey);
        var message = connection.CreateMessage(RequestMethod.Post, _address.Table);
        message.Request.Headers.Add("Prefer", "return-no-content");
        return WithBody(message, entity);
    }

    /// <param name="ifMatch">Null for an upsert, which needs no stored row.</param>
    public HttpMessage Update(ITableEntity entity, string? ifMatch, TableUpdateMode mode)
    {
        KeyRules.Check(entity.PartitionKey, entity.RowKey);
        var message = connection.CreateMessage(MethodOf(mode), _address.Of(entity.PartitionKey, entity.RowKey));
        if (ifMatch is not null)
            message.Request.Headers.Add("If-Match", ifMatch);
        return WithBody(message, entity);
    }

    public HttpMessage Delete(string partitionKey, string rowKey, ETag ifMatch)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        KeyRules.Check(partitionKey, rowKey);
        var message = connection.CreateMessage(RequestMethod.Delete, _address.Of(partitionKey, rowKey));
        message.ResponseClassifier = DeletedOrAbsent;
        message.Request.Headers.Add("If-Match", (ifMatch == default ? ETag.All : ifMatch).ToString());
        return message;
    }

    /// <param name="mayBeAbsent">Whether 404 is an expected answer, which no log shows as an error.</param>
    public HttpMessage Get(string partitionKey, string rowKey, IEnumerable<string>? select, bool mayBeAbsent)
    {
        ArgumentNullException.ThrowIfNull(partitionKey);
        ArgumentNullException.ThrowIfNull(rowKey);
        KeyRules.Check(partitionKey, rowKey);
        var message = connection.CreateMessage(RequestMethod.Get, _address.Of(partitionKey, rowKey));
        if (mayBeAbsent)
            message.ResponseClassifier = FoundOrAbsent;
        QueryParameters.Add(message.Request.Uri, "$select", Columns(select));
        return message;
    }

    public HttpMessage Query(string? filter, string? select, int? top, (string? PartitionKey, string? RowKey) next)
    {
        var message = connection.CreateMessage(RequestMethod.Get, _address.Rows);
        var uri = message.Request.Uri;
        QueryParameters.Add(uri, "$top", QueryParameters.Top(top));
        QueryParameters.Add(uri, "$select", select);
        QueryParameters.Add(uri, "$filter", filter);
        QueryParameters.Add(uri, "NextPartitionKey", next.PartitionKey);
        QueryParameters.Add(uri, "NextRowKey", next.RowKey);
        return message;
    }

    /// <exception cref="TableTransactionFailedException">The transaction or one of its entities breaks one of the service's limits.</exception>
    public HttpMessage Submit(IReadOnlyList<TableTransactionAction> actions)
    {
        TransactionLimits.Check(actions);
        var batch = $"batch_{Guid.NewGuid()}";
        var message = connection.CreateMessage(RequestMethod.Post, "/$batch");
        message.Request.Headers.Add("Content-Type", $"multipart/mixed; boundary={batch}");
        var writer = TakeWriter();
        try
        {
            message.Request.Content = new TransactionBody(_baseAddress, _address, writer).Write(actions, batch, $"changeset_{Guid.NewGuid()}");
        }
        catch
        {
            message.Dispose();
            throw;
        }

        _spareWriter = writer;
        return message;
    }

    public static string? Columns(IEnumerable<string>? select) => select is null ? null : string.Join(',', select);

    public static RequestMethod MethodOf(TableUpdateMode mode) => mode switch
    {
        TableUpdateMode.Merge => RequestMethod.Patch,
        TableUpdateMode.Replace => RequestMethod.Put,
        _ => throw new ArgumentException($"Unexpected value for {nameof(mode)}: {mode}", nameof(mode)),
    };

    private HttpMessage WithBody(HttpMessage message, ITableEntity entity)
    {
        message.Request.Headers.Add("Content-Type", "application/json");
        var content = new PooledContent(BodySizeHint);
        message.Request.Content = content;
        var writer = TakeWriter();
        try
        {
            writer.Write(content, entity);
        }
        catch
        {
            message.Dispose();
            throw;
        }

        _spareWriter = writer;
        return message;
    }

    private EntityWriter TakeWriter() => Interlocked.Exchange(ref _spareWriter, value: null) ?? new EntityWriter();
}
