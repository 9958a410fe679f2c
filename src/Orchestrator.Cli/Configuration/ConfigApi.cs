using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Configuration;

/// <summary>Client of the routes of settings and of the log's levels. Each call is sent once.</summary>
internal sealed class ConfigApi : IDisposable
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(30);

    private readonly JsonApi _api;

    /// <param name="access">Where the app is, and the key that it wants.</param>
    public ConfigApi(AppAccess access) => _api = new JsonApi(access, _timeout);

    /// <exception cref="ApiException">The app refused it.</exception>
    /// <exception cref="HttpRequestException">The app cannot be reached.</exception>
    public Task<JsonElement> GetConfigAsync(CancellationToken cancellationToken) => _api.SendAsync(HttpMethod.Get, "api/config", body: null, cancellationToken);

    /// <inheritdoc cref="GetConfigAsync"/>
    public Task<JsonElement> GetLevelsAsync(CancellationToken cancellationToken) => _api.SendAsync(HttpMethod.Get, "api/logging", body: null, cancellationToken);

    /// <inheritdoc cref="GetConfigAsync"/>
    /// <param name="level">The level; null: that of the settings.</param>
    /// <param name="duration">For how long; null: until it is taken back.</param>
    public Task<JsonElement> SetLevelAsync(string category, string? level, string? duration, CancellationToken cancellationToken)
    {
        var address = $"api/logging/{Uri.EscapeDataString(category)}";
        return level is null
            ? _api.SendAsync(HttpMethod.Delete, address, body: null, cancellationToken)
            : _api.SendAsync(HttpMethod.Put, address, JsonSerializer.Serialize(new Dictionary<string, string?> { ["level"] = level, ["for"] = duration }), cancellationToken);
    }

    public void Dispose() => _api.Dispose();
}
