using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Tests.Fakes;

namespace Orchestrator.Functions.Tests.Orchestrations;

public sealed class OrchestrationStarterTests
{
    private readonly DurableClients _clients = new();
    private readonly OrchestrationStarter _starter = new(new MemoryAvailability(TimeProvider.System), TimeProvider.System, NullLogger<OrchestrationStarter>.Instance);

    [Fact]
    public async Task TryStartAsync_NewTask_StartedUnderItsId()
    {
        Assert.Equal(StartOutcome.Started, await _starter.TryStartAsync(_clients.Client, TestTasks.Id(1)));
        Assert.Equal([TestTasks.Id(1).ToString()], _clients.Started);
    }

    [Fact]
    public async Task TryStartAsync_RunsAlready_LeftAlone()
    {
        _clients.Failure = new InvalidOperationException("An Orchestration instance with the ID x already exists.");
        _clients.Existing.Add(TestTasks.Id(1).ToString());

        Assert.Equal(StartOutcome.Exists, await _starter.TryStartAsync(_clients.Client, TestTasks.Id(1)));
    }

    [Fact]
    public async Task TryStartAsync_CannotBeStarted_Failed()
    {
        _clients.Failure = new IOException("away");

        Assert.Equal(StartOutcome.Failed, await _starter.TryStartAsync(_clients.Client, TestTasks.Id(1)));
    }

    [Fact]
    public async Task NotifyAsync_Changed_EventRaised()
    {
        await _starter.NotifyAsync(_clients.Client, TestTasks.Id(1));

        Assert.Equal([(TestTasks.Id(1).ToString(), "TaskChanged")], _clients.Raised);
    }

    [Fact]
    public async Task NotifyAsync_CannotBeRaised_NoHarm()
    {
        _clients.Failure = new IOException("away");

        await _starter.NotifyAsync(_clients.Client, TestTasks.Id(1));

        Assert.Empty(_clients.Raised);
    }
}
