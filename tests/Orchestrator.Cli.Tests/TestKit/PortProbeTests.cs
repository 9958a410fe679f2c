using System.Net;
using System.Net.Sockets;
using Orchestrator.TestKit.Network;

namespace Orchestrator.Cli.Tests.TestKit;

public sealed class PortProbeTests
{
    [Fact]
    public async Task AcceptsAsync_SomebodyListens_IsTrue()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.True(await PortProbe.AcceptsAsync(((IPEndPoint)listener.LocalEndpoint).Port));
    }

    [Fact]
    public async Task AcceptsAsync_NobodyListens_IsFalse() => Assert.False(await PortProbe.AcceptsAsync(FreePort.Next()));
}
