using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Knows the task types given; without any, one of the name <c>test</c>.</summary>
internal sealed class TestCatalog(params TaskType[] types) : ITaskTypeCatalog
{
    public static readonly TaskType Test = new() { Name = "test" };

    private readonly TaskType[] _types = types.Length > 0 ? types : [Test];

    public ValueTask<IReadOnlyList<TaskType>> ListAsync(CancellationToken cancellationToken) => new(_types);

    public ValueTask<TaskType?> FindAsync(string name, CancellationToken cancellationToken) => new(_types.FirstOrDefault(type => type.Name == name));

    public ValueTask<TaskType?> GetPinnedAsync(string name, int version, CancellationToken cancellationToken) => FindAsync(name, cancellationToken);
}
