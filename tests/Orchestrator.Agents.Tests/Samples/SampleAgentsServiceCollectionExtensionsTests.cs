using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agents.Samples;

namespace Orchestrator.Agents.Tests.Samples;

public sealed class SampleAgentsServiceCollectionExtensionsTests
{
    [Fact]
    public void AddSampleAgents_Catalog_HasTheThreeAgentsAndCanMakeThem()
    {
        var configuration = new ConfigurationBuilder().Build();
        using var provider = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddSampleAgents()
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        var catalog = provider.GetRequiredService<AgentCatalog>();

        Assert.Equal(["files.list files-list", "text.digest text-digest", "report.markdown markdown-report"],
            catalog.Agents.Select(agent => $"{agent.TaskTypes.Single().Name} {agent.Name}"));
        using var scope = provider.CreateScope();
        Assert.All(catalog.Agents, agent => Assert.IsType<IAgent>(scope.ServiceProvider.GetRequiredService(agent.AgentType), exactMatch: false));
    }
}
