using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Simulation.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>How a hub ends that another process has taken over.</summary>
public sealed class TaskHubStopTests
{
    private readonly SimulatedAccount _account = new((_, _, _) => { });
    private readonly ScriptedRunner _code = new();

    [Fact]
    public async Task Stop_OfAHubThatIsLost_LeavesNobodyWaiting()
    {
        _code.Orchestrations["Wait"] = _ => [];
        await using var first = await StartAsync();
        await first.StartAsync("a", new ExecutionStarted { ExecutionId = "x", Name = "Wait", CreatedAt = default }, new HashSet<InstanceStatus>(), default);
        var waiting = first.WaitAsync("a", started: false, withPayloads: false, default);
        await using var second = await StartAsync();

        await Assert.ThrowsAsync<HubLostException>(() => first.StopAsync(default).WithinLimitAsync("the lost hub stops"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting.WithinLimitAsync("the client is told"));
        await second.StopAsync(default);
    }

    private async Task<TaskHub> StartAsync()
    {
        var options = new TaskHubOptions { ConnectionString = "none", TakeOver = true };
        var hub = new TaskHub(options, new SimulatedStorage(_account, new InstantPath(), pageSize: 100), TimeProvider.System, NullLoggerFactory.Instance, _ => { });
        await hub.StartAsync(_code, _code, _code, default);
        return hub;
    }
}
