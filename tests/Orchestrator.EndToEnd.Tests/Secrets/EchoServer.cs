using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Hosts;

namespace Orchestrator.EndToEnd.Tests.Secrets;

/// <summary>
/// Another host, on this machine, that says again whatever it is told: <c>/malformed</c> in place of an HTTP answer, <c>/refuse</c> with status 400 and, asked again,
/// in place of an HTTP answer too, all else in the headers and the body of a good answer.
/// </summary>
internal sealed class EchoServer : IDisposable
{
    private readonly RawServer _server;

    public EchoServer() => _server = new RawServer(request =>
    {
        Requests.Enqueue(request);
        return Task.FromResult(AnswerTo(request));
    });

    public string Address => _server.Address;

    /// <summary>Whole requests, in the order of arrival.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose() => _server.Dispose();

    private string AnswerTo(string request)
    {
        var (target, authorization) = (RawServer.TargetIn(request), RawServer.HeaderIn(request, "Authorization"));
        var isAgain = Requests.Count(other => RawServer.TargetIn(other) == target) > 1;
        if (target.StartsWith("/malformed", StringComparison.Ordinal) || (isAgain && target.StartsWith("/refuse", StringComparison.Ordinal)))
            return $"{authorization} {target}\r\n\r\n";

        var status = target.StartsWith("/refuse", StringComparison.Ordinal) ? "400 No" : "200 OK";
        var body = JsonSerializer.Serialize(new { target, request });
        return $"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Echo: {authorization}\r\nX-Target: {target}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";
    }
}
