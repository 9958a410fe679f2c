using System.Net;
using System.Net.Sockets;

namespace Orchestrator.TestKit.Network;

/// <summary>Asks whether anybody listens at a loopback port, at hardly any cost: a refusal is no exception here.</summary>
public static class PortProbe
{
    /// <returns>Whether a connection was accepted.</returns>
    public static async Task<bool> AcceptsAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var connecting = new SocketAsyncEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, port) };
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connecting.Completed += (_, _) => done.SetResult();
        if (socket.ConnectAsync(connecting))
            await done.Task;
        return connecting.SocketError == SocketError.Success;
    }
}
