using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Orchestrator.TestKit.Faults;

/// <summary>Hands calls on as they came, so that their signatures hold: these cover path and headers, but not the host.</summary>
internal sealed class Forwarder : IDisposable
{
    private static readonly HashSet<string> _ofTheConnection = new(StringComparer.OrdinalIgnoreCase) { "Host", "Connection", "Keep-Alive", "Transfer-Encoding", "Expect" };

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        // Node closes a connection that was idle for 5 s: one that may be closing as we write must not be used.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
    });

    /// <summary>Sends the request to its service and takes the whole answer.</summary>
    /// <remarks>Goes on when the caller has gone: what is on its way arrives, whatever becomes of the sender.</remarks>
    /// <exception cref="HttpRequestException">Storage gave no answer.</exception>
    public async Task<ProxyAnswer> SendAsync(HttpRequest original, ReadOnlyMemory<byte> body, Uri service)
    {
        using var request = RequestOf(original, body, service);
        using var answer = await _http.SendAsync(request, CancellationToken.None);
        var content = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
        var isEmpty = answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified;
        var headers = answer.Headers.Concat(answer.Content.Headers)
            .Where(header => !_ofTheConnection.Contains(header.Key) && !(isEmpty && header.Key == "Content-Length"))
            .SelectMany(header => header.Value.Select(value => KeyValuePair.Create(header.Key, value)));
        return new ProxyAnswer((int)answer.StatusCode, [.. headers], content);
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage RequestOf(HttpRequest original, ReadOnlyMemory<byte> body, Uri service)
    {
        // As it came: decoding and encoding anew might change what the signature covers.
        var target = original.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new HttpRequestMessage(new HttpMethod(original.Method), new Uri(service, target));
        if (body.Length > 0 || original.ContentLength is not null)
            request.Content = new ReadOnlyMemoryContent(body);
        foreach (var (name, values) in original.Headers)
        {
            if (!_ofTheConnection.Contains(name) && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        return request;
    }
}
