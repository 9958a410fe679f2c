using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agents;
using Orchestrator.Storage.TaskTypes;
using Orchestrator.Storage.Tests.Azurite;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Storage.Tests.TaskTypes;

/// <summary>A registry as one process has it, on tables that it shares with others.</summary>
internal sealed class RegistryRig(Store store)
{
    public TaskType[] Code { get; init; } = [];

    public TaskType[] Files { get; init; } = [];

    public TaskTypeRegistry Create() => new(
        store.Services.GetRequiredService<ITaskTypeStore>(),
        new AgentCatalog(Code.Length > 0 ? [new AgentRegistration("worker", typeof(NoAgent), Code)] : [], TimeSpan.FromMinutes(10)),
        new FixedFiles(Files),
        store.Time,
        NullLogger<TaskTypeRegistry>.Instance);

    private sealed class FixedFiles(TaskType[] types) : ITaskTypeFiles
    {
        public IReadOnlyList<TaskType> Read() => types;
    }

    private sealed class NoAgent : IAgent
    {
        public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => Task.FromResult(AgentResult.Empty);
    }
}
