using Azure.Data.Tables;
using Embedded.Azure.Data.Tables.Tests.Service;
using Orchestrator.TestKit.Tables;

namespace Embedded.Azure.Data.Tables.Tests.InMemory;

/// <summary>The test kit's table service, which answers as Azure does.</summary>
public sealed class InMemoryTableService : TableServiceFixture
{
    private TableServer? _server;
    private int _names;

    public override Uri Endpoint => Server.Endpoint;

    public override string ConnectionString => Server.ConnectionString;

    public override TableSharedKeyCredential Credential => new(Server.AccountName, Server.AccountKey);

    public override string WrongKeyCode => "AuthenticationFailed";

    private TableServer Server => _server ?? throw new InvalidOperationException("The table server has not been started: xunit calls InitializeAsync before the first test.");

    public override string NewTableName() => $"Tn{Interlocked.Increment(ref _names)}";

    public override async Task InitializeAsync() => _server = await TableServer.StartAsync();

    public override async Task DisposeAsync() => await Server.DisposeAsync();
}
