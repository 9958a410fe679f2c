using Azure.Core;
using Azure.Data.Tables.Requests;

namespace Azure.Data.Tables;

/// <content>Reading and writing single entities.</content>
public partial class TableClient
{
    /// <summary>Inserts an entity. The answer has its version.</summary>
    /// <exception cref="RequestFailedException">409 <c>EntityAlreadyExists</c>, 404 <c>TableNotFound</c>, 400 for what breaks a limit, and others.</exception>
    public virtual Response AddEntity<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        using var message = _requests.Insert(NotNull(entity));
        _connection.Pipeline.Send(message, cancellationToken);
        return EntityAnswers.Written(message.Response);
    }

    /// <inheritdoc cref="AddEntity"/>
    public virtual async Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        using var message = _requests.Insert(NotNull(entity));
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return EntityAnswers.Written(message.Response);
    }

    /// <summary>Updates a stored entity.</summary>
    /// <param name="ifMatch">The version it must have; <see cref="ETag.All"/> for any.</param>
    /// <exception cref="RequestFailedException">412 <c>UpdateConditionNotSatisfied</c>, 404 <c>ResourceNotFound</c>, 400 for what breaks a limit, and others.</exception>
    public virtual Response UpdateEntity<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        using var message = Update(entity, ifMatch, mode);
        _connection.Pipeline.Send(message, cancellationToken);
        return EntityAnswers.Written(message.Response);
    }

    /// <inheritdoc cref="UpdateEntity"/>
    public virtual async Task<Response> UpdateEntityAsync<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        using var message = Update(entity, ifMatch, mode);
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return EntityAnswers.Written(message.Response);
    }

    /// <summary>Inserts an entity, or updates the stored one whatever its version.</summary>
    public virtual Response UpsertEntity<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        using var message = _requests.Update(NotNull(entity), ifMatch: null, mode);
        _connection.Pipeline.Send(message, cancellationToken);
        return EntityAnswers.Written(message.Response);
    }

    /// <inheritdoc cref="UpsertEntity"/>
    public virtual async Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
        where T : ITableEntity
    {
        using var message = _requests.Update(NotNull(entity), ifMatch: null, mode);
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return EntityAnswers.Written(message.Response);
    }

    /// <summary>Deletes an entity; that there is none (404) is an answer, not an exception.</summary>
    /// <param name="ifMatch">The version it must have; default and <see cref="ETag.All"/> for any.</param>
    /// <exception cref="RequestFailedException">412 <c>UpdateConditionNotSatisfied</c> and others.</exception>
    public virtual Response DeleteEntity(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        DeleteEntity(NotNull(entity).PartitionKey, entity.RowKey, ifMatch, cancellationToken);

    /// <inheritdoc cref="DeleteEntity(ITableEntity, ETag, CancellationToken)"/>
    public virtual Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default) =>
        DeleteEntityAsync(NotNull(entity).PartitionKey, entity.RowKey, ifMatch, cancellationToken);

    /// <inheritdoc cref="DeleteEntity(ITableEntity, ETag, CancellationToken)"/>
    public virtual Response DeleteEntity(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        using var message = _requests.Delete(partitionKey, rowKey, ifMatch);
        _connection.Pipeline.Send(message, cancellationToken);
        return EntityAnswers.Deleted(message.Response);
    }

    /// <inheritdoc cref="DeleteEntity(ITableEntity, ETag, CancellationToken)"/>
    public virtual async Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        using var message = _requests.Delete(partitionKey, rowKey, ifMatch);
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return EntityAnswers.Deleted(message.Response);
    }

    /// <summary>Reads an entity.</summary>
    /// <param name="select">The columns wanted; null for all.</param>
    /// <exception cref="RequestFailedException">404 <c>ResourceNotFound</c> and others.</exception>
    public virtual Response<T> GetEntity<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        using var message = _requests.Get(partitionKey, rowKey, select, mayBeAbsent: false);
        _connection.Pipeline.Send(message, cancellationToken);
        return EntityAnswers.Found<T>(message.Response);
    }

    /// <inheritdoc cref="GetEntity"/>
    public virtual async Task<Response<T>> GetEntityAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        using var message = _requests.Get(partitionKey, rowKey, select, mayBeAbsent: false);
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return EntityAnswers.Found<T>(message.Response);
    }

    /// <summary>Reads an entity that may not be there: then <see cref="NullableResponse{T}.HasValue"/> is false.</summary>
    /// <param name="select">The columns wanted; null for all.</param>
    public virtual NullableResponse<T> GetEntityIfExists<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        using var message = _requests.Get(partitionKey, rowKey, select, mayBeAbsent: true);
        _connection.Pipeline.Send(message, cancellationToken);
        return EntityAnswers.FoundOrAbsent<T>(message.Response);
    }

    /// <inheritdoc cref="GetEntityIfExists"/>
    public virtual async Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
        where T : class, ITableEntity
    {
        using var message = _requests.Get(partitionKey, rowKey, select, mayBeAbsent: true);
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return EntityAnswers.FoundOrAbsent<T>(message.Response);
    }

    private static T NotNull<T>(T entity)
        where T : ITableEntity
    {
        ArgumentNullException.ThrowIfNull(entity);
        return entity;
    }

    private HttpMessage Update(ITableEntity entity, ETag ifMatch, TableUpdateMode mode)
    {
        if (ifMatch == default)
            throw new ArgumentException("The version must be given; ETag.All updates whatever the version is.", nameof(ifMatch));
        return _requests.Update(NotNull(entity), ifMatch.ToString(), mode);
    }
}
