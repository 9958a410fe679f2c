using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agents.Tests.Outbound;

/// <summary>A listener on this machine to which no connection must come.</summary>
internal sealed class Trap : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.IPv6Any, 0);

    public Trap()
    {
        _listener.Server.DualMode = true;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether a connection waits: the system completes it before anybody accepts it.</summary>
    public bool WasSprung => _listener.Pending();

    public void Dispose() => _listener.Dispose();
}
