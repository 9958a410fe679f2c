using Orchestrator.Agents;
using Orchestrator.Errors;

namespace Orchestrator.Core.Tests.Agents;

public sealed class AgentRecordTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Apply_AReport_AddsItsCounts()
    {
        var agent = new AgentRecord().Apply(new AgentReport("p1", 1, Now, 4, 2, 1, 1));

        Assert.Equal((AgentState.Ready, Now, 4L, 2L, 1L, 1L), (agent.State, agent.LastSeenAt, agent.Started, agent.Succeeded, agent.Failed, agent.Cancelled));
    }

    [Fact]
    public void Apply_TheSameOrAnOlderReportAgain_ChangesNothing()
    {
        var agent = new AgentRecord().Apply(new AgentReport("p1", 1, Now, 1, 1, 0, 0)).Apply(new AgentReport("p1", 2, Now, 1, 1, 0, 0));

        Assert.Same(agent, agent.Apply(new AgentReport("p1", 2, Now, 1, 1, 0, 0)));
        Assert.Same(agent, agent.Apply(new AgentReport("p1", 1, Now, 1, 1, 0, 0)));
    }

    [Fact]
    public void Apply_LateReportOfAnotherProcess_KeepsTheLatestTime()
    {
        var agent = new AgentRecord().Apply(new AgentReport("p1", 1, Now, 1, 0, 0, 0)).Apply(new AgentReport("p2", 1, Now.AddMinutes(-1), 1, 0, 0, 0));

        Assert.Equal((Now, 2L), (agent.LastSeenAt, agent.Started));
    }

    [Fact]
    public void Apply_MoreProcessesThanAreRemembered_ForgetsTheOldest()
    {
        var agent = Enumerable.Range(0, 40).Aggregate(new AgentRecord(), (record, i) => record.Apply(new AgentReport($"p{i}", 1, Now, 1, 0, 0, 0)));

        Assert.Equal(40, agent.Started);
        Assert.Equal(Enumerable.Range(8, 32).Select(i => $"p{i}"), agent.Reports.Select(mark => mark.Source));
    }

    [Theory]
    [InlineData(AgentState.Paused)]
    [InlineData(AgentState.Draining)]
    [InlineData(AgentState.Faulted)]
    public void Apply_StateThatSomebodyChose_IsKept(AgentState state) =>
        Assert.Equal(state, new AgentRecord { State = state }.Apply(new AgentReport("p1", 1, Now, 1, 0, 0, 0)).State);

    [Fact]
    public void Move_IllegalMove_NamesBothStates()
    {
        var exception = Assert.Throws<IllegalTransitionException>(() => AgentTransitions.Move("digester", AgentState.Stopped, AgentState.Draining));

        Assert.Equal("Agent digester cannot go from Stopped to Draining.", exception.Message);
        Assert.Equal(AgentState.Ready, AgentTransitions.Move("digester", AgentState.Paused, AgentState.Ready));
    }
}
