using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Service;

/// <summary>A table service, for all tests that share it. The tests of the client on a service are the same on every service.</summary>
public abstract class TableServiceFixture : IAsyncLifetime
{
    public abstract Uri Endpoint { get; }

    public abstract string ConnectionString { get; }

    public abstract TableSharedKeyCredential Credential { get; }

    /// <summary>What the service says to a request that is signed with another key.</summary>
    public abstract string WrongKeyCode { get; }

    /// <summary>A new client with default options.</summary>
    public TableServiceClient Service(TableClientOptions? options = null) => new(ConnectionString, options);

    /// <summary>A table that no other test has, created.</summary>
    public async Task<TableClient> CreateTableAsync()
    {
        var table = Service().GetTableClient(NewTableName());
        await table.CreateAsync();
        return table;
    }

    /// <summary>In order before the names that a test of table queries gives its own.</summary>
    public abstract string NewTableName();

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();
}
