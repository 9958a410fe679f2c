using Orchestrator.Access;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <inheritdoc cref="IApiKeys"/>
internal sealed class ApiKeys(IApiKeyStore store, ApiKeyCache cache, WaysIn ways, IRandomSource random, TimeProvider time) : IApiKeys
{
    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) => store.ListAsync(cancellationToken);

    /// <exception cref="ProblemException">There are as many as there may be.</exception>
    public async Task<(ApiKey Key, ApiKeySecret Secret)> CreateAsync(NewApiKey wish, string by, CancellationToken cancellationToken)
    {
        if ((await store.ListAsync(cancellationToken)).Count >= IApiKeyStore.MostKeys)
            throw new ProblemException(KnownProblems.TooManyApiKeys(IApiKeyStore.MostKeys));

        var secret = ApiKeySecret.New(random);
        var key = new ApiKey
        {
            Id = secret.Id,
            Name = wish.Name,
            Role = wish.Role,
            CreatedAt = time.GetUtcNow(),
            CreatedBy = Texts.Cut(by, ApiKey.MaxActorLength),
            ExpiresAt = wish.ExpiresAt,
        };
        if (!await store.AddAsync(key, secret.Hash, cancellationToken))
            throw new InvalidOperationException($"There is an API key {key.Id} already, though ids are random.");
        cache.Expect(key.Id);
        return (key, secret);
    }

    /// <exception cref="ProblemException">There is no such key, or it is the last way in.</exception>
    public async Task<(ApiKey Before, ApiKey After)> RevokeAsync(string id, bool force, string by, CancellationToken cancellationToken)
    {
        if (!ApiKeyId.TryParse(id, out var key) || await store.GetAsync(key, cancellationToken) is not { Key: var before })
            throw new ProblemException(KnownProblems.ApiKeyNotFound(id));
        if (!force && before.Role == Role.Admin && before.IsUsable(time.GetUtcNow()) && !await ways.AdminBesidesAsync(key, cancellationToken))
            throw new ProblemException(KnownProblems.LastAdminKey(key));

        var revoked = await store.RevokeAsync(key, time.GetUtcNow(), Texts.Cut(by, ApiKey.MaxActorLength), cancellationToken);
        cache.Forget(key);
        return (before, revoked ?? throw new ProblemException(KnownProblems.ApiKeyNotFound(id)));
    }
}
