using Orchestrator.Cli.Azurite;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.TestKit.Faults;

/// <summary>
/// Stands between an app and its storage emulator and hands on bytes. Shut, it is as if storage were down: its ports refuse connections, and those there were
/// are reset.
/// </summary>
public sealed class ConnectionGate : IAsyncDisposable
{
    private readonly GatePort[] _ports;

    private ConnectionGate(Uri blob, Uri queue, Uri table)
    {
        _ports = [new GatePort(blob), new GatePort(queue), new GatePort(table)];
        ConnectionString = new AzuriteEndpoints(_ports[0].Address, _ports[1].Address, _ports[2].Address).ConnectionString;
    }

    /// <summary>Storage's, with this gate in the place of all its services.</summary>
    public string ConnectionString { get; }

    /// <summary>Opens one in front of a storage emulator.</summary>
    public static ConnectionGate Open(AzuriteServer azurite) => new(azurite.Endpoints.BlobAccount, azurite.Endpoints.QueueAccount, azurite.Endpoints.TableAccount);

    /// <inheritdoc cref="Open(AzuriteServer)"/>
    public static ConnectionGate Open(AzuriteFixture azurite) => new(azurite.BlobEndpoint, azurite.QueueEndpoint, azurite.TableEndpoint);

    /// <summary>From now on connections are refused.</summary>
    public void Shut() => Array.ForEach(_ports, port => port.Shut());

    /// <summary>From now on connections are taken again.</summary>
    public void Reopen() => Array.ForEach(_ports, port => port.Open());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var port in _ports)
            await port.DisposeAsync();
    }
}
