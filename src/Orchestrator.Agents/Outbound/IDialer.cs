using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agents.Outbound;

/// <summary>Opens connections to addresses, never to names.</summary>
internal interface IDialer
{
    /// <exception cref="SocketException">Nobody listens there.</exception>
    Task<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken);
}

/// <summary>Opens TCP connections.</summary>
internal sealed class SocketDialer : IDialer
{
    public async Task<Stream> DialAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
