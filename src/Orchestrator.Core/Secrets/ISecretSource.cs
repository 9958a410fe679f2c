namespace Orchestrator.Secrets;

/// <summary>Where secrets are kept. What is taken from it is never stored and never logged.</summary>
public interface ISecretSource
{
    /// <summary>Looks up a secret as it is now.</summary>
    /// <param name="name">A name by <see cref="SecretReference.IsName"/>.</param>
    /// <returns>Null where there is none of that name, or an empty one.</returns>
    /// <exception cref="SecretMissingException">There is something in its place that is not it.</exception>
    /// <exception cref="SecretUnavailableException">It cannot be asked for now.</exception>
    ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken);
}
