namespace Orchestrator.Secrets;

/// <summary>A source in which there is nothing.</summary>
public sealed class NoSecrets : ISecretSource
{
    /// <inheritdoc/>
    public ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult<string?>(null);
}
