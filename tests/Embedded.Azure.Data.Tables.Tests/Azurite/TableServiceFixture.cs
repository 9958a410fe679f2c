using Azure.Data.Tables;
using Orchestrator.TestKit.Storage;

namespace Embedded.Azure.Data.Tables.Tests.Azurite;

/// <summary>The table service of the assembly's Azurite, for all tests that share it.</summary>
public sealed class TableServiceFixture : IAsyncLifetime
{
    private readonly AzuriteFixture _azurite = new();

    public Uri Endpoint => _azurite.TableEndpoint;

    public string ConnectionString => _azurite.ConnectionString;

    public TableSharedKeyCredential Credential => new(_azurite.AccountName, _azurite.AccountKey);

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
    public string NewTableName() => "T" + _azurite.UniqueName();

    public Task InitializeAsync() => _azurite.InitializeAsync();

    public Task DisposeAsync() => _azurite.DisposeAsync();
}
