using System.Diagnostics.CodeAnalysis;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>Knows one task type, <c>test</c>.</summary>
internal sealed class TestCatalog : ITaskTypeCatalog
{
    public static readonly TaskType Test = new() { Name = "test" };

    public IReadOnlyList<TaskType> TaskTypes { get; } = [Test];

    public bool TryGetTaskType(string name, [NotNullWhen(true)] out TaskType? taskType)
    {
        taskType = name == Test.Name ? Test : null;
        return taskType is not null;
    }
}
