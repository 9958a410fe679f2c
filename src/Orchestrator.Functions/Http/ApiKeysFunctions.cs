using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Audit;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>The routes of API keys.</summary>
public sealed class ApiKeysFunctions(IApiKeys keys, TimeProvider time, IOptionsMonitor<HttpOptions> options)
{
    private static readonly Dictionary<string, Func<bool, string, Action<string>, bool>> ForceReader = new(StringComparer.OrdinalIgnoreCase)
    {
        ["force"] = (_, text, refuse) =>
        {
            if (!bool.TryParse(text, out var force))
                refuse("It must be true or false.");
            return force;
        },
    };

    /// <summary>Lists all keys, those created last first; never their secrets.</summary>
    [Function(nameof(ListApiKeys))]
    public async Task<IActionResult> ListApiKeys(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keys")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var view = new ApiKeyListView([.. (await keys.ListAsync(cancellationToken)).Select(key => ApiKeyView.Of(key, now))]);
        return new JsonAnswer<ApiKeyListView>(view, ApiJson.Api.ApiKeyListView);
    }

    /// <summary>Creates a key: 201 with its secret, which is shown this once.</summary>
    [Function(nameof(CreateApiKey))]
    public async Task<IActionResult> CreateApiKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keys")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var wish = ApiKeyBody.Read(await RequestBody.ReadAsync(request, options.CurrentValue.MaxBodyBytes, cancellationToken), time.GetUtcNow());
        var trail = AuditTrail.Of(request)
            .Changed("name", null, wish.Name)
            .Changed("role", null, wish.Role.ToString())
            .Changed("expiresAt", null, TimeOf(wish.ExpiresAt));
        var (key, secret) = await keys.CreateAsync(wish, NameOf(request), cancellationToken);
        trail.Created(key.Id.ToString());
        return new JsonAnswer<ApiKeyView>(ApiKeyView.Of(key, time.GetUtcNow()) with { Key = secret.Text }, ApiJson.Api.ApiKeyView) { Status = StatusCodes.Status201Created };
    }

    /// <summary>Revokes a key: 200 with the key as it is then, also when it was revoked before.</summary>
    [Function(nameof(RevokeApiKey))]
    public async Task<IActionResult> RevokeApiKey(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var force = ReadForce(request.Query);
        var trail = AuditTrail.Of(request).Changed("force", null, force ? "true" : "false");
        var (before, key) = await keys.RevokeAsync(id, force, NameOf(request), cancellationToken);
        trail.Changed("name", key.Name, key.Name).Changed("revokedAt", TimeOf(before.RevokedAt), TimeOf(key.RevokedAt));
        return new JsonAnswer<ApiKeyView>(ApiKeyView.Of(key, time.GetUtcNow()), ApiJson.Api.ApiKeyView);
    }

    private static string? TimeOf(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);

    private static string NameOf(HttpRequest request) => Caller.Of(request.HttpContext)?.Id ?? "unknown";

    private static bool ReadForce(IQueryCollection query)
    {
        var faults = new List<Fault>();
        var force = QueryParameters.Read(query, false, ForceReader, faults);
        return faults.Count == 0 ? force : throw new ProblemException(KnownProblems.InvalidQuery(faults));
    }
}
