using System.Net;
using System.Net.Sockets;

namespace Orchestrator.TestKit.Network;

/// <summary>
/// A loopback port that was free a moment ago. Prefer port 0 with a server that tells its port; this is for programs that
/// must be told one, and for tests that need a port at which nobody listens.
/// </summary>
public static class FreePort
{
    /// <returns>A port that the system has just given out and taken back, so that it will not give it out again soon.</returns>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
