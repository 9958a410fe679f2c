using Microsoft.AspNetCore.Http;
using Orchestrator.Access;

namespace Orchestrator.Functions.Access;

/// <summary>Finds out who sends a request.</summary>
internal sealed class CallerIdentifier(LocalCallers local, ConfiguredKeys configured, ApiKeyCache keys, EntraTokens tokens)
{
    /// <summary>The header that carries an API key.</summary>
    public const string KeyHeader = "X-Api-Key";

    private const string Bearer = "Bearer ";

    /// <summary>What a caller is told to send, for people and, as a challenge, for programs.</summary>
    public (string Text, string Challenge) Asked { get; } = tokens.AreTaken
        ? ($"Send a valid API key in the header {KeyHeader}, or a bearer token of Entra ID.", "Bearer, ApiKey")
        : ($"Send a valid API key in the header {KeyHeader}.", "ApiKey");

    /// <summary>Who it is; null when nothing shows it, or what does is not valid: that is then no local caller either. A key is stronger than a token.</summary>
    /// <param name="turn">Taken before a key that is not known here is looked for.</param>
    /// <exception cref="Errors.StorageUnavailableException">It cannot be found out now.</exception>
    /// <exception cref="Problems.ProblemException">It cannot be found out now.</exception>
    public async Task<Caller?> IdentifyAsync(HttpRequest request, AddressTurn turn, CancellationToken cancellationToken)
    {
        if (request.Headers[KeyHeader] is { Count: > 0 } given)
            return await FindAsync(given.ToString(), turn, cancellationToken);
        if (request.Headers.Authorization is { Count: > 0 } values)
        {
            // Whatever stands there was meant to show something: who sends it is no local caller.
            var authorization = values.ToString();
            return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? await tokens.FindAsync(authorization[Bearer.Length..].Trim(), cancellationToken) : null;
        }

        return local.Include(request) ? Caller.Local : null;
    }

    private async Task<Caller?> FindAsync(string key, AddressTurn turn, CancellationToken cancellationToken)
    {
        if (configured.Find(key) is { } holder)
            return holder;
        return ApiKeySecret.TryParse(key, out var secret) && await keys.FindAsync(secret, turn.Demand, cancellationToken) is { } found
            ? new Caller($"key:{found.Id}", found.Name, found.Role)
            : null;
    }
}
