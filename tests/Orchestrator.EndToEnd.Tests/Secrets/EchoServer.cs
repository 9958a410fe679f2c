using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.EndToEnd.Tests.Secrets;

/// <summary>
/// Another host, on this machine, that says again whatever it is told: <c>/malformed</c> in place of an HTTP answer, <c>/refuse</c> with status 400, all else in the headers and
/// the body of a good answer.
/// </summary>
internal sealed class EchoServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public EchoServer()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>Whole requests, in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

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
                var request = await ReadAsync(client.GetStream());
                Requests.Enqueue(request);
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(AnswerTo(request)));
            }
            catch (IOException)
            {
                // Whoever asked has gone.
            }
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var bytes = new List<byte>();
        var buffer = new byte[8192];
        while (true)
        {
            var text = Encoding.UTF8.GetString([.. bytes]);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var end && bytes.Count >= end + 4 + LengthIn(text))
                return text;
            if (await stream.ReadAsync(buffer) is not (> 0 and var read))
                return text;
            bytes.AddRange(buffer.AsSpan(0, read));
        }
    }

    private static int LengthIn(string request) => HeaderIn(request, "Content-Length") is { Length: > 0 } length ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static string HeaderIn(string request, string name) =>
        request.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..] ?? "";

    private static string AnswerTo(string request)
    {
        var target = request.Split(' ')[1];
        if (target.StartsWith("/malformed", StringComparison.Ordinal))
            return $"{HeaderIn(request, "Authorization")}\r\n\r\n";

        var status = target.StartsWith("/refuse", StringComparison.Ordinal) ? "400 No" : "200 OK";
        var body = System.Text.Json.JsonSerializer.Serialize(new { target, request });
        return $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Echo: {HeaderIn(request, "Authorization")}\r\nX-Target: {target}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
    }
}
