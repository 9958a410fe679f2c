using Orchestrator.Agents;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>An agent that does what the test says.</summary>
internal sealed class TestAgent(TestAgent.Script script) : IAgent
{
    public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken) => script.Run(context, cancellationToken);

    internal sealed class Script
    {
        public Func<AgentContext, CancellationToken, Task<AgentResult>> Run { get; set; } = (context, _) => Task.FromResult(AgentResult.Of(new { echo = context.Input }));
    }
}
