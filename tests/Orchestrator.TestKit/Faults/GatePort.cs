using System.Net;
using System.Net.Sockets;

namespace Orchestrator.TestKit.Faults;

/// <summary>One port of a <see cref="ConnectionGate"/>. While it is shut the port stays bound, so that nobody else gets it, and nobody listens.</summary>
internal sealed class GatePort : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _connections = [];
    private readonly IPEndPoint _target;
    private readonly IPEndPoint _own;
    private Socket _socket;
    private Task _accepting;

    public GatePort(Uri target)
    {
        _target = new IPEndPoint(IPAddress.Parse(target.Host), target.Port);
        _socket = Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _own = (IPEndPoint)_socket.LocalEndPoint!;
        _socket.Listen();
        _accepting = AcceptAsync(_socket);
    }

    public Uri Address => new($"http://127.0.0.1:{_own.Port}/");

    public void Open()
    {
        _socket.Listen();
        _accepting = AcceptAsync(_socket);
    }

    public void Shut()
    {
        _socket.Dispose();
        _socket = Bind(_own);
        lock (_lock)
        {
            foreach (var connection in _connections)
                Reset(connection);
            _connections.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Shut();
        _socket.Dispose();
        await _accepting;
    }

    private static Socket Bind(IPEndPoint endpoint)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        socket.Bind(endpoint);
        return socket;
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }

        socket.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
                _ = RelayAsync(await listener.AcceptAsync(), listener);
        }
        catch (Exception shut) when (shut is SocketException or ObjectDisposedException)
        {
            // The gate is shut.
        }
    }

    private async Task RelayAsync(Socket client, Socket listener)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (!TryAdd(listener, client, server))
                return;
            await server.ConnectAsync(_target);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // One side has gone; so does the other.
        }
        finally
        {
            lock (_lock)
            {
                _connections.Remove(client);
                _connections.Remove(server);
            }

            client.Dispose();
        }
    }

    /// <summary>One that was taken just before the gate was shut does not slip through.</summary>
    private bool TryAdd(Socket listener, Socket client, Socket server)
    {
        lock (_lock)
        {
            if (_socket == listener)
                return _connections.Add(client) && _connections.Add(server);
        }

        Reset(client);
        return false;
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
                await SendAllAsync(to, buffer.AsMemory(0, count));
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Then there is nothing more to copy.
        }
    }

    private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await to.SendAsync(bytes)..];
    }
}
