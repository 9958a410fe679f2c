using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.DeadLetters;

/// <summary>Client of the routes of dead letters. Each call is sent once: whoever types the command sees what came of it, and may type it again.</summary>
internal sealed class DeadLetterApi : IDisposable
{
    /// <summary>A redrive may wait for a receiver of callbacks.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http;

    /// <param name="address">The app's root, such as <c>http://127.0.0.1:7071/</c>.</param>
    /// <param name="key">The API key; null: none.</param>
    public DeadLetterApi(Uri address, string? key)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = _timeout };
        if (key is not null)
            _http.DefaultRequestHeaders.Add("X-Api-Key", key);
    }

    /// <param name="query">Parameters with their values; those without a value are left out.</param>
    /// <exception cref="ApiException">The app refused it.</exception>
    /// <exception cref="HttpRequestException">The app cannot be reached.</exception>
    public Task<JsonElement> ListAsync(IEnumerable<KeyValuePair<string, string?>> query, CancellationToken cancellationToken)
    {
        var parameters = query.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value!)}");
        return SendAsync(HttpMethod.Get, $"api/dead-letters?{string.Join('&', parameters)}", body: null, cancellationToken);
    }

    /// <inheritdoc cref="ListAsync"/>
    public Task<JsonElement> GetAsync(string id, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, AddressOf(id), body: null, cancellationToken);

    /// <inheritdoc cref="ListAsync"/>
    /// <param name="body">The text in place of the message's body; null: none.</param>
    public Task<JsonElement> RedriveAsync(string id, string? body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"{AddressOf(id)}/redrive", body is null ? null : JsonSerializer.Serialize(new { body }), cancellationToken);

    /// <inheritdoc cref="ListAsync"/>
    public Task DiscardAsync(string id, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, AddressOf(id), body: null, cancellationToken);

    public void Dispose() => _http.Dispose();

    private static string AddressOf(string id) => $"api/dead-letters/{Uri.EscapeDataString(id)}";

    private async Task<JsonElement> SendAsync(HttpMethod method, string address, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json";
            var problem = isProblem ? await response.Content.ReadFromJsonAsync<ApiProblem>(cancellationToken) : null;
            throw new ApiException($"{method} {response.RequestMessage!.RequestUri!.AbsolutePath}", response.StatusCode, problem);
        }

        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.Length == 0 ? default : JsonElement.Parse(answer);
    }
}
