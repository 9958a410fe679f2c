using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.EndToEnd.Tests.Hosts;

/// <summary>Another host, on this machine, that answers a whole request with whatever it is told to, be it HTTP or not, and then closes the connection.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Task<string>> _answer;

    /// <param name="answer">Makes the bytes of an answer, as text, out of those of a request.</param>
    public RawServer(Func<string, Task<string>> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

    /// <summary>The path and query of a request.</summary>
    public static string TargetIn(string request) => request.Split(' ').ElementAtOrDefault(1) ?? "";

    /// <summary>The value of a header of a request; empty when it has none of that name.</summary>
    public static string HeaderIn(string request, string name) =>
        request.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..] ?? "";

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
                await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(await _answer(request)));
            }
            catch (IOException)
            {
                // Whoever asked has gone, or was killed.
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

    private static int LengthIn(string request) => HeaderIn(request, "Content-Length") is { Length: > 0 } length ? int.Parse(length, CultureInfo.InvariantCulture) : 0;
}
