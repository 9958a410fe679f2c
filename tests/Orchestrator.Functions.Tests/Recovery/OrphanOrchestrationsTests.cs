using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.Functions.Orchestrations;
using Orchestrator.Functions.Recovery;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Recovery;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Recovery;

public sealed class OrphanOrchestrationsTests : IDisposable
{
    private readonly TaskRig _rig = new();
    private readonly Repairs _repairs = new();
    private readonly List<OrchestrationMetadata> _instances = [];
    private readonly List<string> _terminated = [];
    private readonly List<string> _purged = [];
    private readonly List<OrchestrationQuery> _queries = [];
    private readonly OrphanOrchestrations _sweep;
    private string? _refused;

    public OrphanOrchestrationsTests()
    {
        var tasks = new Mock<ITasksUnderWay>();
        tasks.Setup(store => store.FindAsync(It.IsAny<TaskId>(), It.IsAny<CancellationToken>())).Returns(async (TaskId id, CancellationToken token) => (await _rig.Store.GetAsync(id, token))?.Record);
        _rig.Clients.Mock.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery?>())).Returns((OrchestrationQuery? query) =>
        {
            _queries.Add(query!);
            return Pageable.Create((continuation, size, _) =>
            {
                if (continuation is not null && continuation == _refused)
                    throw new ArgumentException("The token is of another hub.");
                var first = int.Parse(continuation ?? "0", System.Globalization.CultureInfo.InvariantCulture);
                var next = first + size!.Value;
                return Task.FromResult(new Page<OrchestrationMetadata>([.. _instances.Skip(first).Take(size.Value)], next < _instances.Count ? $"{next}" : null));
            });
        });
        _rig.Clients.Mock.Setup(client => client.TerminateInstanceAsync(It.IsAny<string>(), It.IsAny<TerminateInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .Callback((string id, TerminateInstanceOptions? _, CancellationToken _) => _terminated.Add(id)).Returns(Task.CompletedTask);
        _rig.Clients.Mock.Setup(client => client.TerminateInstanceAsync(It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Callback((string id, object? _, CancellationToken _) => _terminated.Add(id)).Returns(Task.CompletedTask);
        _rig.Clients.Mock.Setup(client => client.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>()))
            .Callback((string id, PurgeInstanceOptions? _, CancellationToken _) => _purged.Add(id)).ReturnsAsync(new PurgeResult(1));
        _sweep = new OrphanOrchestrations(tasks.Object, _rig.Orchestrations, _repairs.Metrics, _rig.Time, NullLogger<OrphanOrchestrations>.Instance);
    }

    public void Dispose() => _repairs.Dispose();

    [Fact]
    public async Task Run_TasksGone_RunningIsTerminatedAndEndedIsPurged()
    {
        var there = await _rig.SubmitAsync();
        Add($"{there}", OrchestrationRuntimeStatus.Running);
        Add($"{TestTasks.Id(50)}", OrchestrationRuntimeStatus.Running);
        Add($"{TestTasks.Id(51)}", OrchestrationRuntimeStatus.Completed);
        Add("something else", OrchestrationRuntimeStatus.Completed);
        Add($"{TestTasks.Id(52)}", OrchestrationRuntimeStatus.Completed, "AnotherOrchestrator");

        await RunAsync();

        Assert.Equal([$"{TestTasks.Id(50)}"], _terminated);
        Assert.Equal([$"{TestTasks.Id(51)}"], _purged);
        Assert.Equal([("task_gone", 2)], _repairs.Counts);
        Assert.Equal(_rig.Time.GetUtcNow() - OrphanOrchestrations.Grace, _queries.Single().CreatedTo);
    }

    [Fact]
    public async Task Run_ManyOrchestrations_SomePagesAtATimeAndThenARest()
    {
        const int perCall = OrphanOrchestrations.PageSize * OrphanOrchestrations.PagesPerCall;
        for (var number = 1; number <= perCall + 50; number++)
            Add($"{TestTasks.Id(number)}", OrchestrationRuntimeStatus.Completed);

        await RunAsync();
        Assert.Equal(perCall, _purged.Count);
        await RunAsync();
        Assert.Equal(perCall + 50, _purged.Distinct().Count());
        await RunAsync();
        Assert.Equal(2, _queries.Count);

        _rig.Time.Advance(OrphanOrchestrations.Rest);
        await RunAsync();
        Assert.Equal(3, _queries.Count);
    }

    [Fact]
    public async Task Run_TokenIsRefused_TheNextRunBeginsAnew()
    {
        const int perCall = OrphanOrchestrations.PageSize * OrphanOrchestrations.PagesPerCall;
        for (var number = 1; number <= perCall + 50; number++)
            Add($"{TestTasks.Id(number)}", OrchestrationRuntimeStatus.Completed);
        await RunAsync();
        _refused = $"{perCall}";

        await Assert.ThrowsAsync<ArgumentException>(RunAsync);
        Assert.Equal(perCall, _purged.Count);
        _refused = null;
        await RunAsync();
        await RunAsync();

        Assert.Equal([null, $"{perCall}", null, $"{perCall}"], _queries.Select(query => query.ContinuationToken));
        Assert.Equal(perCall + 50, _purged.Distinct().Count());
    }

    private Task RunAsync() => _sweep.RunAsync(_rig.Clients.Client, CancellationToken.None);

    private void Add(string id, OrchestrationRuntimeStatus status, string name = nameof(TaskOrchestrator)) => _instances.Add(new OrchestrationMetadata(name, id) { RuntimeStatus = status });
}
