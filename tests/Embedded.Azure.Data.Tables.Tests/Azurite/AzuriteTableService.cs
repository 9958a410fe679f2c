using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Service;
using Orchestrator.TestKit.Storage;

namespace Embedded.Azure.Data.Tables.Tests.Azurite;

/// <summary>The table service of the assembly's Azurite.</summary>
public sealed class AzuriteTableService : TableServiceFixture
{
    private readonly AzuriteFixture _azurite = new();

    public override Uri Endpoint => _azurite.TableEndpoint;

    public override string ConnectionString => _azurite.ConnectionString;

    public override TableSharedKeyCredential Credential => new(_azurite.AccountName, _azurite.AccountKey);

    public override string WrongKeyCode => "AuthorizationFailure";

    public override string NewTableName() => "T" + _azurite.UniqueName();

    public override Task InitializeAsync() => _azurite.InitializeAsync();

    public override Task DisposeAsync() => _azurite.DisposeAsync();
}
