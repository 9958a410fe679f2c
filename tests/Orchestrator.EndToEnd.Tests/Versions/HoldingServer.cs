using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.EndToEnd.Tests.Versions;

/// <summary>Another host, on this machine, whose answer to <c>/hold/…</c> is held back until it is let go; all else it answers at once.</summary>
internal sealed class HoldingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _targets = new();

    public HoldingServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>How often something was asked for.</summary>
    public int CallsOf(string target) => _targets.Count(other => other == target);

    /// <summary>Answers what it holds back, and holds nothing back from now on.</summary>
    public void LetGo() => _letGo.TrySetResult();

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var target = await ReadTargetAsync(client.GetStream());
                _targets.Enqueue(target);
                if (target.StartsWith("/hold/", StringComparison.Ordinal))
                    await _letGo.Task;
                await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
            catch (IOException)
            {
                // Whoever asked was killed.
            }
        }
    }

    /// <summary>The head is enough: what is sent here is short, and comes with it.</summary>
    private static async Task<string> ReadTargetAsync(NetworkStream stream)
    {
        var buffer = new byte[65_536];
        var length = 0;
        while (Encoding.UTF8.GetString(buffer, 0, length) is var text)
        {
            if (text.Contains("\r\n\r\n", StringComparison.Ordinal) || await stream.ReadAsync(buffer.AsMemory(length)) is not (> 0 and var read))
                return text.Split(' ').ElementAtOrDefault(1) ?? "";
            length += read;
        }

        throw new InvalidOperationException("Not reached.");
    }
}
