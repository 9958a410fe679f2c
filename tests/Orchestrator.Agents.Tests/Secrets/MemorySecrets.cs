using Orchestrator.Secrets;

namespace Orchestrator.Agents.Tests.Secrets;

/// <summary>Secrets in memory; what is asked for is noted.</summary>
internal sealed class MemorySecrets : Dictionary<string, string>, ISecretSource
{
    public MemorySecrets()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    public List<string> Asked { get; } = [];

    /// <summary>What every question is answered with instead; null: with the secret.</summary>
    public Exception? Failure { get; set; }

    public ValueTask<string?> FindAsync(string name, CancellationToken cancellationToken)
    {
        Asked.Add(name);
        return Failure is null ? ValueTask.FromResult(this.GetValueOrDefault(name)) : ValueTask.FromException<string?>(Failure);
    }
}
