using Orchestrator.Agents;
using Orchestrator.Errors;
using Orchestrator.Tasks;

namespace Orchestrator.Core.Tests.Agents;

public sealed class AgentCatalogTests
{
    private static readonly TimeSpan FunctionTimeout = TimeSpan.FromMinutes(10);

    [Fact]
    public void Create_GoodRegistrations_FindsTypesAndAgents()
    {
        var agent = new AgentRegistration("files", typeof(NoAgent), [new TaskType { Name = "files.list" }, new TaskType { Name = "files.count" }]);
        var catalog = new AgentCatalog([agent], FunctionTimeout);

        Assert.Equal(["files.count", "files.list"], catalog.TaskTypes.Select(type => type.Name));
        Assert.True(catalog.TryGetAgent("files.list", out var found));
        Assert.Same(agent, found);
        Assert.False(catalog.TryGetAgent("Files.list", out _));
        Assert.False(catalog.TryGetTaskType("other", out _));
    }

    [Fact]
    public void Create_BadRegistrations_NamesEveryFault()
    {
        var slow = new TaskType { Name = "slow", Timeouts = new TaskTimeouts { Attempt = FunctionTimeout }, Version = 0, Retry = new RetryPolicy { MaxAttempts = 0 } };
        var exception = Assert.Throws<AgentRegistrationException>(() => new AgentCatalog(
            [
                new AgentRegistration("a", typeof(NoAgent), [slow]),
                new AgentRegistration("a", typeof(NoAgent), [slow with { Version = 1, Timeouts = new TaskTimeouts { Attempt = TimeSpan.FromSeconds(1) }, Retry = RetryPolicy.None }]),
                new AgentRegistration("B", typeof(string), []),
                new AgentRegistration("c", typeof(NoAgent), [new TaskType { Name = "bad name" }]),
            ],
            FunctionTimeout));

        Assert.Equal(
            [
                "Agent 'a' is registered more than once.",
                "Task type 'slow' is registered by more than one agent.",
                "Task type 'slow': Version is 0; it must be 1 or more.",
                "Task type 'slow': Timeouts.Attempt is 00:10:00; it must be below the function time-out of 00:10:00.",
                "Task type 'slow': Retry.MaxAttempts is 0; it must be 1 to 100.",
                "Agent name 'B' must be 1 to 200 characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.",
                "Agent 'B': System.String is not a class that implements IAgent.",
                "Agent 'B' has no task type.",
                "Task type name 'bad name' must be 1 to 200 characters of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit.",
            ],
            exception.Faults);
        Assert.StartsWith("The registered agents are not usable: Agent 'a' is registered more than once. ", exception.Message, StringComparison.Ordinal);
    }

    private sealed class NoAgent : IAgent
    {
        public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => Task.FromResult(AgentResult.Empty);
    }
}
