using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>Asks one source after the other; the first that has a secret counts.</summary>
internal sealed class ChainedSecrets(params IReadOnlyList<ISecretSource> sources) : ISecretSource
{
    public async ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            if (await source.FindAsync(name, cancellationToken) is { } secret)
                return secret;
        }

        return null;
    }
}
