using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Tasks;

/// <summary>Task types that never change.</summary>
internal sealed class KnownTypes(params TaskType[] types) : ITaskTypeCatalog
{
    public ValueTask<IReadOnlyList<TaskType>> ListAsync(CancellationToken cancellationToken) => new(types);

    public ValueTask<TaskType?> FindAsync(string name, CancellationToken cancellationToken) => new(types.FirstOrDefault(type => type.Name == name));

    public ValueTask<TaskType?> GetPinnedAsync(string name, int version, CancellationToken cancellationToken) => FindAsync(name, cancellationToken);
}
