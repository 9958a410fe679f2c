using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Timers;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Timers;

public sealed class UnstartedSweepTests
{
    private readonly TaskRig _rig = new();
    private readonly DurableClients _clients;
    private readonly MemoryTaskStore _store;
    private readonly UnstartedSweep _sweep;

    public UnstartedSweepTests()
    {
        (_clients, _store) = (_rig.Clients, _rig.Store);
        _sweep = new UnstartedSweep(_store, _rig.Starter, _rig.Sweeps, _rig.Time, NullLogger<UnstartedSweep>.Instance);
    }

    [Fact]
    public async Task StartUnstartedTasks_OldOnes_StartedAndTakenOffTheList()
    {
        await SubmitAsync(3);
        _rig.Time.Advance(TimeSpan.FromSeconds(11));

        await RunAsync();
        await RunAsync();

        Assert.Equal([TestTasks.Id(1).ToString(), TestTasks.Id(2).ToString(), TestTasks.Id(3).ToString()], _clients.Started.Order(StringComparer.Ordinal));
        Assert.All(Enumerable.Range(1, 3), number => Assert.False(_store[TestTasks.Id(number)].Unstarted));
    }

    [Fact]
    public async Task StartUnstartedTasks_YoungOnes_LeftAlone()
    {
        await SubmitAsync(1);
        _rig.Time.Advance(TimeSpan.FromSeconds(10));

        await RunAsync();

        Assert.Empty(_clients.Started);
    }

    [Fact]
    public async Task StartUnstartedTasks_CannotBeStarted_StayOnTheList()
    {
        await SubmitAsync(1);
        _rig.Time.Advance(TimeSpan.FromSeconds(11));
        _clients.Failure = new IOException("away");

        await RunAsync();

        Assert.True(_store[TestTasks.Id(1)].Unstarted);
    }

    [Fact]
    public async Task StartUnstartedTasks_ThereAlready_TakenOffTheList()
    {
        await SubmitAsync(1);
        _rig.Time.Advance(TimeSpan.FromSeconds(11));
        _clients.Failure = new InvalidOperationException("exists");
        _clients.Existing.Add(TestTasks.Id(1).ToString());

        await RunAsync();

        Assert.False(_store[TestTasks.Id(1)].Unstarted);
    }

    [Fact]
    public async Task StartUnstartedTasks_OneCannotBeRead_TheOthersAreStarted()
    {
        await SubmitAsync(50);
        _rig.Time.Advance(TimeSpan.FromSeconds(11));
        var reads = 0;
        _store.BeforeCall = () =>
        {
            if (Interlocked.Increment(ref reads) == 2)
                throw new InvalidOperationException("This row cannot be read.");
        };

        await RunAsync();

        Assert.Equal(49, _clients.Started.Count);
    }

    [Fact]
    public async Task StartUnstartedTasks_CrashedBetweenStoreAndTie_TiedAndDoneAfterItsPredecessor()
    {
        await SubmitAsync(1);
        var blocked = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([TestTasks.Id(1)], DependencyCondition.AllSucceeded) });
        _rig.Time.Advance(TimeSpan.FromSeconds(11));

        await RunAsync();

        Assert.Equal([blocked], await _rig.Siblings.ListAsync(TestTasks.Id(1), after: null, 10, CancellationToken.None));
        Assert.Equal((TaskState.Blocked, false), (_store[blocked].State, _store[blocked].Unstarted));
        Assert.Equal([TestTasks.Id(1).ToString()], _clients.Started);
    }

    private Task RunAsync() => _sweep.StartUnstartedTasks(new TimerInfo(), _clients.Client, CancellationToken.None);

    private async Task SubmitAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await _store.SubmitAsync(new TaskSubmission { Type = TestCatalog.Test }, CancellationToken.None);
    }
}
