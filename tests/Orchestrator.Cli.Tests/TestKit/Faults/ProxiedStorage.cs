using System.Text;
using Orchestrator.TestKit.Faults;

namespace Orchestrator.Cli.Tests.TestKit.Faults;

/// <summary>A proxy before a recording server, and whoever asks it.</summary>
internal sealed class ProxiedStorage : IAsyncDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private ProxiedStorage(RecordingStorage storage, FaultProxy proxy) => (Storage, Proxy) = (storage, proxy);

    public RecordingStorage Storage { get; }

    public FaultProxy Proxy { get; }

    public static async Task<ProxiedStorage> StartAsync(TimeProvider? time = null)
    {
        var storage = await RecordingStorage.StartAsync();
        return new ProxiedStorage(storage, await FaultProxy.StartAsync(storage.Address, storage.Address, storage.Address, time));
    }

    /// <summary>Asks one of the services, whose name is that of its key in the connection string, such as <c>Table</c>.</summary>
    /// <param name="target">Behind the account, such as <c>/Hub()?$top=1</c>.</param>
    public async Task<HttpResponseMessage> SendAsync(string method, string target, string? body = null, string service = "Table", string? requestId = null, CancellationToken cancellationToken = default)
    {
        var endpoint = Proxy.ConnectionString.Split(';').Single(part => part.StartsWith($"{service}Endpoint=", StringComparison.Ordinal)).Split('=', 2)[1];
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(endpoint + target));
        request.Headers.Add("x-ms-date", "then");
        if (requestId is not null)
            request.Headers.Add("x-ms-client-request-id", requestId);
        request.Content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        return await _http.SendAsync(request, cancellationToken);
    }

    /// <summary>Status and body of the answer.</summary>
    public async Task<(int Status, string Body)> AskAsync(string method, string target, string? body = null, string service = "Table")
    {
        using var answer = await SendAsync(method, target, body, service);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Proxy.DisposeAsync();
        await Storage.DisposeAsync();
    }
}
