using Orchestrator.Agents;
using Orchestrator.Functions.Entities;

namespace Orchestrator.Functions.Tests.Entities;

public sealed class AgentCountersTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly AgentCounters _counters = new("p1");

    [Fact]
    public void TryTake_NothingCounted_Nothing()
    {
        Assert.Empty(_counters.AgentsWithNews());
        Assert.False(_counters.TryTake("a", Now, out _));
    }

    [Fact]
    public void TryTake_Counted_OneReportOfAll()
    {
        _counters.Add("a", AgentCount.Started);
        _counters.Add("a", AgentCount.Started);
        _counters.Add("a", AgentCount.Succeeded);
        _counters.Add("a", AgentCount.Failed);
        _counters.Add("b", AgentCount.Cancelled);

        Assert.Equal(["a", "b"], _counters.AgentsWithNews().Order(StringComparer.Ordinal));
        Assert.True(_counters.TryTake("a", Now, out var report));
        Assert.Equal(new AgentReport("p1", 1, Now, Started: 2, Succeeded: 1, Failed: 1, Cancelled: 0), report);
    }

    [Fact]
    public void TryTake_NotConfirmed_TheSameReportAgain()
    {
        _counters.Add("a", AgentCount.Started);
        _counters.TryTake("a", Now, out var first);
        _counters.Add("a", AgentCount.Started);

        Assert.True(_counters.TryTake("a", Now.AddSeconds(5), out var second));
        Assert.Same(first, second);
    }

    [Fact]
    public void TryTake_Confirmed_OnlyWhatIsNew()
    {
        _counters.Add("a", AgentCount.Started);
        _counters.TryTake("a", Now, out _);
        _counters.Add("a", AgentCount.Succeeded);
        _counters.Confirm("a");

        Assert.True(_counters.TryTake("a", Now.AddSeconds(5), out var report));
        Assert.Equal(new AgentReport("p1", 2, Now.AddSeconds(5), Started: 0, Succeeded: 1, Failed: 0, Cancelled: 0), report);

        _counters.Confirm("a");
        Assert.Empty(_counters.AgentsWithNews());
        Assert.False(_counters.TryTake("a", Now.AddSeconds(10), out _));
    }
}
