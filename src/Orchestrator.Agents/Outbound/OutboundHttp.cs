using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;

namespace Orchestrator.Agents.Outbound;

/// <summary>
/// The one way out: every call of another host goes through here. It is held against <see cref="OutboundOptions"/> by its text and, when the connection is made,
/// by the addresses that its host has. Redirects are not followed, no proxy is asked, no cookies are kept, and no more is read than allowed. Safe for all threads.
/// </summary>
public sealed class OutboundHttp : IDisposable
{
    /// <summary>After which a name is resolved anew.</summary>
    private static readonly TimeSpan _connectionLifetime = TimeSpan.FromMinutes(2);

    private readonly OutboundRules _rules;
    private readonly OutboundOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    internal OutboundHttp(OutboundRules rules, GuardedConnector connector, IOptions<OutboundOptions> options, TimeProvider time)
    {
        _rules = rules;
        _options = options.Value;
        _time = time;
#pragma warning disable RS0030 // This is the guarded client.
        _client = new HttpClient(Handler(connector, _options.RequestTimeout)) { Timeout = Timeout.InfiniteTimeSpan };
#pragma warning restore RS0030
    }

    /// <summary>Why an address may not be called, as far as its text tells; null where it may.</summary>
    public string? FindRefusal(string address)
    {
        try
        {
            _rules.Check(address);
            return null;
        }
        catch (OutboundRefusedException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>Calls, and reads the whole answer.</summary>
    /// <exception cref="OutboundRefusedException">The rules forbid it.</exception>
    /// <exception cref="OutboundTimedOutException">It took longer than <see cref="OutboundOptions.RequestTimeout"/>.</exception>
    /// <exception cref="OutboundResponseTooLargeException">The answer is longer than <see cref="OutboundOptions.MaxResponseBytes"/>.</exception>
    /// <exception cref="OutboundFailedException">The network failed.</exception>
    /// <exception cref="OperationCanceledException">The caller has given up.</exception>
    public async Task<OutboundResponse> SendAsync(OutboundRequest request, CancellationToken cancellationToken)
    {
        var address = _rules.Check(request.Address);
        using var message = Message(request, address);
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            var body = request.ReadsBody ? await ReadAsync(response, address, stop.Token) : default;
            return new OutboundResponse((int)response.StatusCode, HeadersOf(response), body);
        }
        catch (Exception exception) when (exception is not OutboundException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Refusal(exception) is { } refused)
                throw new OutboundRefusedException(OutboundRules.Describe(address), refused.Reason);
            if (timeout.IsCancellationRequested)
                throw new OutboundTimedOutException(OutboundRules.Describe(address), _options.RequestTimeout, exception);
            if (exception is HttpRequestException or IOException)
                throw new OutboundFailedException(OutboundRules.Describe(address), exception.Message, exception);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static SocketsHttpHandler Handler(GuardedConnector connector, TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = connectTimeout,
        PooledConnectionLifetime = _connectionLifetime,
        ActivityHeadersPropagator = new TraceContextPropagator(),
        ConnectCallback = async (context, cancellationToken) => await connector.ConnectAsync(context.DnsEndPoint, cancellationToken),
    };

    private static HttpRequestMessage Message(OutboundRequest request, Uri address)
    {
        var message = new HttpRequestMessage(request.Method, address);
        if (request.Body is { } body)
            message.Content = new ReadOnlyMemoryContent(body);
        foreach (var (name, value) in request.Headers)
        {
            if (HeaderRules.FindFault(name, value) is { } fault)
                throw new OutboundRefusedException(OutboundRules.Describe(address), $"{char.ToLowerInvariant(fault[0])}{fault[1..^1]}");
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        if (message.Headers.UserAgent.Count == 0 && !message.Headers.Contains("User-Agent"))
            message.Headers.UserAgent.Add(new ProductInfoHeaderValue("Orchestrator", productVersion: null));
        return message;
    }

    private static OutboundRefusedException? Refusal(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is OutboundRefusedException refused)
                return refused;
        }

        return null;
    }

    private static List<KeyValuePair<string, string>> HeadersOf(HttpResponseMessage response) =>
        [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))];

    /// <summary>Counted is what has been decompressed, so a small answer cannot become a large one.</summary>
    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        const int chunk = 16 * 1024;
        var limit = _options.MaxResponseBytes;
        if (response.Content.Headers.ContentLength > limit)
            throw TooLarge();

        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = new MemoryStream();
        var buffer = new byte[chunk];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > limit)
                throw TooLarge();
            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);

        OutboundResponseTooLargeException TooLarge() => new(OutboundRules.Describe(address), (int)response.StatusCode, limit);
    }
}
