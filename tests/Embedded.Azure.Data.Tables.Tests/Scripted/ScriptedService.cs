using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Embedded.Azure.Data.Tables.Tests.Scripted;

/// <summary>A table service that gives prepared answers in turn, the last one for ever, and keeps what it was asked.</summary>
internal sealed class ScriptedService : HttpMessageHandler
{
    private readonly Queue<(int Status, string Body, (string Name, string Value)[] Headers)> _answers = new();
    private readonly List<ScriptedRequest> _requests = [];

    public IReadOnlyList<ScriptedRequest> Requests => _requests;

    public ScriptedService Answer(int status, string body = "", params (string Name, string Value)[] headers)
    {
        _answers.Enqueue((status, body, headers));
        return this;
    }

    /// <summary>A client of table <c>Things</c> of this service; without retries unless the options say otherwise.</summary>
    public TableClient Table(TableClientOptions? options = null) =>
        new(new Uri("https://acc.table.core.windows.net"), "Things", new TableSharedKeyCredential("acc", "a2V5"), Options(options));

    public TableClientOptions Options(TableClientOptions? options = null)
    {
        if (options is null)
        {
            options = new TableClientOptions();
            options.Retry.MaxRetries = 0;
        }

        options.Transport = new HttpClientTransport(this);
        return options;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        return Next(request, body);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is null)
            return Next(request, "");

        using var reader = new StreamReader(request.Content.ReadAsStream(cancellationToken));
        return Next(request, reader.ReadToEnd());
    }

    private HttpResponseMessage Next(HttpRequestMessage request, string body)
    {
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        _requests.Add(new ScriptedRequest(request.Method.Method, request.RequestUri!, headers, body));
        var (status, answer, answerHeaders) = _answers.Count > 1 ? _answers.Dequeue() : _answers.Peek();
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer)) };
        foreach (var (name, value) in answerHeaders)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
                response.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}

internal sealed record ScriptedRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, string Body);
