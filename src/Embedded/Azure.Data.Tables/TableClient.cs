using Azure.Core;
using Azure.Data.Tables.Connection;
using Azure.Data.Tables.Models;
using Azure.Data.Tables.Requests;

namespace Azure.Data.Tables;

/// <summary>Reads and writes one table, on Azure and on Azurite alike. Safe for all threads; make one and keep it, for it owns the connections.</summary>
public partial class TableClient
{
    private readonly TableConnection _connection;
    private readonly EntityRequests _requests;

    /// <inheritdoc cref="TableClient(string, string, TableClientOptions)"/>
    public TableClient(string connectionString, string tableName)
        : this(TableConnection.FromConnectionString(connectionString, options: null), tableName)
    {
    }

    /// <summary>A client of an account that a connection string names; <c>UseDevelopmentStorage=true</c> is Azurite on its usual port.</summary>
    /// <exception cref="FormatException">The text is not a storage connection string.</exception>
    public TableClient(string connectionString, string tableName, TableClientOptions? options = null)
        : this(TableConnection.FromConnectionString(connectionString, options), tableName)
    {
    }

    /// <summary>A client that is let in by a shared access signature.</summary>
    /// <param name="endpoint">The table's address: the account's with the table's name behind it.</param>
    public TableClient(Uri endpoint, AzureSasCredential credential, TableClientOptions? options = null)
        : this(TableUri.Of(endpoint), account => TableConnection.FromSas(account, NotNull(credential), options))
    {
    }

    /// <summary>A client that is let in by a shared access signature in the address, or that needs none.</summary>
    /// <param name="endpoint">The table's address: the account's with the table's name behind it.</param>
    public TableClient(Uri endpoint, TableClientOptions? options = null)
        : this(TableUri.Of(endpoint), account => TableConnection.FromSas(account, credential: null, options))
    {
    }

    /// <summary>A client that is let in by tokens; the endpoint must be https.</summary>
    /// <param name="endpoint">The account's address.</param>
    public TableClient(Uri endpoint, string tableName, TokenCredential tokenCredential, TableClientOptions? options = null)
        : this(TableConnection.FromToken(TableUri.AccountOf(endpoint, tableName), tokenCredential, options), tableName)
    {
    }

    /// <inheritdoc cref="TableClient(Uri, string, TableSharedKeyCredential, TableClientOptions)"/>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential)
        : this(TableConnection.FromSharedKey(TableUri.AccountOf(endpoint, tableName), credential, options: null), tableName)
    {
    }

    /// <summary>A client that is let in by the account's key.</summary>
    /// <param name="endpoint">The account's address.</param>
    public TableClient(Uri endpoint, string tableName, TableSharedKeyCredential credential, TableClientOptions? options = null)
        : this(TableConnection.FromSharedKey(TableUri.AccountOf(endpoint, tableName), credential, options), tableName)
    {
    }

    internal TableClient(TableConnection connection, string tableName)
    {
        ArgumentException.ThrowIfNullOrEmpty(tableName);
        _connection = connection;
        _requests = new EntityRequests(connection, tableName);
        Name = tableName;
        Uri = TableUri.Of(connection.Endpoint, tableName);
    }

    /// <summary>For mocks.</summary>
    protected TableClient()
    {
        _connection = null!;
        _requests = null!;
        Name = null!;
        Uri = null!;
    }

    private TableClient((Uri Account, string Table) address, Func<Uri, TableConnection> connect)
        : this(connect(address.Account), address.Table)
    {
    }

    public virtual string AccountName => _connection.AccountName;

    public virtual string Name { get; }

    /// <summary>The table's address.</summary>
    public virtual Uri Uri { get; }

    /// <exception cref="RequestFailedException">409 <c>TableAlreadyExists</c> and others.</exception>
    public virtual Response<TableItem> Create(CancellationToken cancellationToken = default) => Create(mayExist: false, cancellationToken);

    /// <inheritdoc cref="Create(CancellationToken)"/>
    public virtual Task<Response<TableItem>> CreateAsync(CancellationToken cancellationToken = default) => CreateAsync(mayExist: false, cancellationToken);

    /// <summary>Creates the table; that it exists (409 <c>TableAlreadyExists</c>) is an answer, never null.</summary>
    public virtual Response<TableItem> CreateIfNotExists(CancellationToken cancellationToken = default) => Create(mayExist: true, cancellationToken);

    /// <inheritdoc cref="CreateIfNotExists"/>
    public virtual Task<Response<TableItem>> CreateIfNotExistsAsync(CancellationToken cancellationToken = default) => CreateAsync(mayExist: true, cancellationToken);

    /// <summary>Deletes the table; that there is none (404) is an answer, not an exception.</summary>
    public virtual Response Delete(CancellationToken cancellationToken = default)
    {
        using var message = TableRequests.Delete(_connection, Name);
        _connection.Pipeline.Send(message, cancellationToken);
        return TableRequests.Deleted(message.Response);
    }

    /// <inheritdoc cref="Delete"/>
    public virtual async Task<Response> DeleteAsync(CancellationToken cancellationToken = default)
    {
        using var message = TableRequests.Delete(_connection, Name);
        await _connection.Pipeline.SendAsync(message, cancellationToken);
        return TableRequests.Deleted(message.Response);
    }

    private static AzureSasCredential NotNull(AzureSasCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return credential;
    }

    private Response<TableItem> Create(bool mayExist, CancellationToken cancellation)
    {
        using var message = TableRequests.Create(_connection, Name, mayExist);
        _connection.Pipeline.Send(message, cancellation);
        return TableRequests.Created(message.Response, Name, mayExist);
    }

    private async Task<Response<TableItem>> CreateAsync(bool mayExist, CancellationToken cancellation)
    {
        using var message = TableRequests.Create(_connection, Name, mayExist);
        await _connection.Pipeline.SendAsync(message, cancellation);
        return TableRequests.Created(message.Response, Name, mayExist);
    }
}
