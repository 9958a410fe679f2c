using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Configuration;

/// <summary>Client of the routes of settings and of the log's levels. Each call is sent once.</summary>
internal sealed class ConfigApi : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    /// <param name="access">Where the app is, and the key that it wants.</param>
    public ConfigApi(AppAccess access)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = access.Address, Timeout = _timeout };
        if (access.Key is not null)
            _http.DefaultRequestHeaders.Add("X-Api-Key", access.Key);
    }

    /// <exception cref="ApiException">The app refused it.</exception>
    /// <exception cref="HttpRequestException">The app cannot be reached.</exception>
    public Task<JsonElement> GetConfigAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, "api/config", body: null, cancellationToken);

    /// <inheritdoc cref="GetConfigAsync"/>
    public Task<JsonElement> GetLevelsAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, "api/logging", body: null, cancellationToken);

    /// <inheritdoc cref="GetConfigAsync"/>
    /// <param name="level">The level; null: that of the settings.</param>
    /// <param name="duration">For how long; null: until it is taken back.</param>
    public Task<JsonElement> SetLevelAsync(string category, string? level, string? duration, CancellationToken cancellationToken)
    {
        var address = $"api/logging/{Uri.EscapeDataString(category)}";
        return level is null
            ? SendAsync(HttpMethod.Delete, address, body: null, cancellationToken)
            : SendAsync(HttpMethod.Put, address, JsonSerializer.Serialize(new Dictionary<string, string?> { ["level"] = level, ["for"] = duration }), cancellationToken);
    }

    public void Dispose() => _http.Dispose();

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

        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
