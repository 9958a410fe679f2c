using System.Linq.Expressions;
using Azure.Core;
using Azure.Data.Tables.Connection;
using Azure.Data.Tables.Filters;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Queries;

namespace Azure.Data.Tables;

/// <summary>The tables of an account, on Azure and on Azurite alike. Safe for all threads; make one and keep it, for it owns the connections.</summary>
public class TableServiceClient
{
    private readonly TableConnection _connection;

    /// <inheritdoc cref="TableServiceClient(string, TableClientOptions)"/>
    public TableServiceClient(string connectionString)
        : this(TableConnection.FromConnectionString(connectionString, options: null))
    {
    }

    /// <summary>A client of the account that a connection string names; <c>UseDevelopmentStorage=true</c> is Azurite on its usual port.</summary>
    /// <exception cref="FormatException">The text is not a storage connection string.</exception>
    public TableServiceClient(string connectionString, TableClientOptions? options = null)
        : this(TableConnection.FromConnectionString(connectionString, options))
    {
    }

    /// <inheritdoc cref="TableServiceClient(Uri, AzureSasCredential, TableClientOptions)"/>
    public TableServiceClient(Uri endpoint, AzureSasCredential credential)
        : this(endpoint, credential, options: null)
    {
    }

    /// <summary>A client that is let in by a shared access signature.</summary>
    public TableServiceClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(credential);
        _connection = TableConnection.FromSas(endpoint, credential, options);
    }

    /// <summary>A client that is let in by tokens; the endpoint must be https.</summary>
    public TableServiceClient(Uri endpoint, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(TableConnection.FromToken(endpoint, tokenCredential, options))
    {
    }

    /// <summary>A client that is let in by a shared access signature in the address, or that needs none.</summary>
    public TableServiceClient(Uri endpoint, TableClientOptions? options = null)
        : this(TableConnection.FromSas(endpoint, credential: null, options))
    {
    }

    /// <inheritdoc cref="TableServiceClient(Uri, TableSharedKeyCredential, TableClientOptions)"/>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential)
        : this(TableConnection.FromSharedKey(endpoint, credential, options: null))
    {
    }

    /// <summary>A client that is let in by the account's key.</summary>
    public TableServiceClient(Uri endpoint, TableSharedKeyCredential credential, TableClientOptions? options)
        : this(TableConnection.FromSharedKey(endpoint, credential, options))
    {
    }

    /// <summary>For mocks.</summary>
    protected TableServiceClient()
    {
        _connection = null!;
    }

    private TableServiceClient(TableConnection connection)
    {
        _connection = connection;
    }

    public virtual string AccountName => _connection.AccountName;

    /// <summary>The account's address.</summary>
    public virtual Uri Uri => _connection.Endpoint;

    /// <inheritdoc cref="TableClient.CreateQueryFilter(FormattableString)"/>
    public static string CreateQueryFilter(FormattableString filter) => FormattedFilter.Create(filter);

    /// <inheritdoc cref="TableClient.CreateQueryFilter{T}(Expression{Func{T, bool}})"/>
    public static string CreateQueryFilter(Expression<Func<TableItem, bool>> filter) => ExpressionFilter.Create(filter);

    /// <summary>A client of one table, on this client's connections.</summary>
    public virtual TableClient GetTableClient(string tableName) => new(_connection, tableName);

    /// <inheritdoc cref="TableClient.Create(CancellationToken)"/>
    public virtual Response<TableItem> CreateTable(string tableName, CancellationToken cancellationToken = default) => GetTableClient(tableName).Create(cancellationToken);

    /// <inheritdoc cref="TableClient.Create(CancellationToken)"/>
    public virtual Task<Response<TableItem>> CreateTableAsync(string tableName, CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).CreateAsync(cancellationToken);

    /// <inheritdoc cref="TableClient.CreateIfNotExists"/>
    public virtual Response<TableItem> CreateTableIfNotExists(string tableName, CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).CreateIfNotExists(cancellationToken);

    /// <inheritdoc cref="TableClient.CreateIfNotExists"/>
    public virtual Task<Response<TableItem>> CreateTableIfNotExistsAsync(string tableName, CancellationToken cancellationToken = default) =>
        GetTableClient(tableName).CreateIfNotExistsAsync(cancellationToken);

    /// <inheritdoc cref="TableClient.Delete"/>
    public virtual Response DeleteTable(string tableName, CancellationToken cancellationToken = default) => GetTableClient(tableName).Delete(cancellationToken);

    /// <inheritdoc cref="TableClient.Delete"/>
    public virtual Task<Response> DeleteTableAsync(string tableName, CancellationToken cancellationToken = default) => GetTableClient(tableName).DeleteAsync(cancellationToken);

    /// <inheritdoc cref="Query(string, int?, CancellationToken)"/>
    public virtual Pageable<TableItem> Query(FormattableString filter, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        Query(FormattedFilter.Create(filter), maxPerPage, cancellationToken);

    /// <inheritdoc cref="Query(string, int?, CancellationToken)"/>
    public virtual Pageable<TableItem> Query(Expression<Func<TableItem, bool>> filter, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        Query(ExpressionFilter.Create(filter), maxPerPage, cancellationToken);

    /// <summary>The account's tables by name. Pages are read as they are asked for.</summary>
    /// <param name="filter">OData on <c>TableName</c>; null for all tables.</param>
    /// <param name="maxPerPage">1 to 1,000 tables a page. It does not bound the whole.</param>
    public virtual Pageable<TableItem> Query(string? filter = null, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        new TablePageable<TableItem>(new TablePages(_connection, filter, maxPerPage), cancellationToken);

    /// <inheritdoc cref="Query(string, int?, CancellationToken)"/>
    public virtual AsyncPageable<TableItem> QueryAsync(FormattableString filter, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        QueryAsync(FormattedFilter.Create(filter), maxPerPage, cancellationToken);

    /// <inheritdoc cref="Query(string, int?, CancellationToken)"/>
    public virtual AsyncPageable<TableItem> QueryAsync(Expression<Func<TableItem, bool>> filter, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        QueryAsync(ExpressionFilter.Create(filter), maxPerPage, cancellationToken);

    /// <inheritdoc cref="Query(string, int?, CancellationToken)"/>
    public virtual AsyncPageable<TableItem> QueryAsync(string? filter = null, int? maxPerPage = null, CancellationToken cancellationToken = default) =>
        new TableAsyncPageable<TableItem>(new TablePages(_connection, filter, maxPerPage), cancellationToken);
}
