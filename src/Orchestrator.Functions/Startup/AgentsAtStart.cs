using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Agents;

namespace Orchestrator.Functions.Startup;

/// <summary>Needs the catalog of agents, so that one that does not fit together stops the start instead of the first task; says what is in it.</summary>
internal sealed partial class AgentsAtStart(AgentCatalog agents, ILogger<AgentsAtStart> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogAgents(agents.Agents.Count, string.Join(", ", agents.TaskTypes.Select(type => type.Name)));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4600, LogLevel.Information, "{Count} agents are registered; they do {TaskTypes}.")]
    private partial void LogAgents(int count, string taskTypes);
}
