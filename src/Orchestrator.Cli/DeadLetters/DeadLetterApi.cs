using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.DeadLetters;

/// <summary>Client of the routes of dead letters.</summary>
internal sealed class DeadLetterApi(AppAccess access) : IDisposable
{
    /// <summary>A redrive may wait for a receiver of callbacks.</summary>
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(2);

    private readonly JsonApi _api = new(access, _timeout);

    /// <param name="query">Parameters with their values; those without a value are left out.</param>
    /// <exception cref="ApiException">The app refused it.</exception>
    /// <exception cref="HttpRequestException">The app cannot be reached.</exception>
    public Task<JsonElement> ListAsync(IEnumerable<KeyValuePair<string, string?>> query, CancellationToken cancellationToken) =>
        _api.SendAsync(HttpMethod.Get, JsonApi.AddressOf("api/dead-letters", query), body: null, cancellationToken);

    /// <inheritdoc cref="ListAsync"/>
    public Task<JsonElement> GetAsync(string id, CancellationToken cancellationToken) => _api.SendAsync(HttpMethod.Get, AddressOf(id), body: null, cancellationToken);

    /// <inheritdoc cref="ListAsync"/>
    /// <param name="body">The text in place of the message's body; null: none.</param>
    public Task<JsonElement> RedriveAsync(string id, string? body, CancellationToken cancellationToken) =>
        _api.SendAsync(HttpMethod.Post, $"{AddressOf(id)}/redrive", body is null ? null : JsonSerializer.Serialize(new { body }), cancellationToken);

    /// <inheritdoc cref="ListAsync"/>
    public Task DiscardAsync(string id, CancellationToken cancellationToken) => _api.SendAsync(HttpMethod.Delete, AddressOf(id), body: null, cancellationToken);

    public void Dispose() => _api.Dispose();

    private static string AddressOf(string id) => $"api/dead-letters/{Uri.EscapeDataString(id)}";
}
