using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Functions.Timers;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Timers;

public sealed class WakeSweepTests
{
    private readonly TaskRig _rig = new();
    private readonly WakeSweep _sweep;

    public WakeSweepTests() => _sweep = new WakeSweep(_rig.Siblings, _rig.Store, _rig.Orchestrations, _rig.Time, NullLogger<WakeSweep>.Instance);

    [Fact]
    public async Task WakeTasks_Due_WokenAndTakenOffTheList()
    {
        var id = await _rig.SubmitAsync();
        await WakeAtAsync(id, TimeSpan.FromHours(2));

        await RunAsync();
        Assert.Empty(_rig.Clients.Started);
        _rig.Time.Advance(TimeSpan.FromHours(2));
        await RunAsync();
        await RunAsync();

        Assert.Equal([id.ToString()], _rig.Clients.Started);
        Assert.Empty(_rig.Siblings.Wakes);
    }

    [Fact]
    public async Task WakeTasks_CannotBeWoken_StaysOnTheList()
    {
        await WakeAtAsync(await _rig.SubmitAsync(), TimeSpan.Zero);
        _rig.Clients.Failure = new IOException("away");

        await RunAsync();

        Assert.Single(_rig.Siblings.Wakes);
    }

    [Fact]
    public async Task WakeTasks_Sleeping_ToldByAnEvent()
    {
        var id = await _rig.SubmitAsync();
        await WakeAtAsync(id, TimeSpan.Zero);
        _rig.Clients.Existing.Add(id.ToString());

        await RunAsync();

        // It may be just about to end, and has then not heard of it.
        Assert.Equal([(id.ToString(), "TaskChanged")], _rig.Clients.Raised);
        Assert.Equal([new TaskWake(id, _rig.Time.GetUtcNow().AddMinutes(5))], _rig.Siblings.Wakes);
    }

    [Fact]
    public async Task WakeTasks_OverOrGone_OnlyTakenOffTheList()
    {
        var id = await _rig.SubmitAsync();
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);
        await WakeAtAsync(id, TimeSpan.Zero);
        await WakeAtAsync(TestTasks.Id(99), TimeSpan.Zero);

        await RunAsync();

        Assert.Empty(_rig.Clients.Started);
        Assert.Empty(_rig.Siblings.Wakes);
    }

    [Fact]
    public async Task WakeTasks_OverWithFollowUpsToDo_Woken()
    {
        var id = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/done" });
        await _rig.Lifecycle.CancelAsync(id, CancellationToken.None);
        await WakeAtAsync(id, TimeSpan.Zero);

        await RunAsync();

        Assert.Equal([id.ToString()], _rig.Clients.Started);
    }

    [Fact]
    public async Task WakeTasks_OneCannotBeRead_TheOthersAreWoken()
    {
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            var id = await _rig.SubmitAsync();
            ids.Add(id.ToString());
            await WakeAtAsync(id, TimeSpan.Zero);
        }

        var reads = 0;
        _rig.Store.BeforeCall = () =>
        {
            if (Interlocked.Increment(ref reads) == 1)
                throw new InvalidOperationException("This row cannot be read.");
        };

        await RunAsync();

        Assert.Equal(49, _rig.Clients.Started.Count);
        Assert.Single(_rig.Siblings.Wakes);
    }

    [Fact]
    public async Task WakeTasks_MoreThanABatch_AllInOneRun()
    {
        for (var i = 1; i <= (2 * WakeSweep.BatchSize) + 1; i++)
            await WakeAtAsync(TestTasks.Id(i), TimeSpan.Zero);

        await RunAsync();

        Assert.Empty(_rig.Siblings.Wakes);
    }

    [Fact]
    public async Task WakeTasks_OneOfAFullBatchCannotBeWoken_TheRestIsLeftToTheNextRun()
    {
        await WakeAtAsync(await _rig.SubmitAsync(), TimeSpan.Zero);
        for (var i = 2; i <= WakeSweep.BatchSize + 1; i++)
            await WakeAtAsync(TestTasks.Id(i), TimeSpan.Zero);
        _rig.Clients.Failure = new IOException("away");

        await RunAsync();

        Assert.Equal([TestTasks.Id(1), TestTasks.Id(WakeSweep.BatchSize + 1)], _rig.Siblings.Wakes.Select(wake => wake.Task).Order());
    }

    [Fact]
    public async Task WakeTasks_NoEndOfWakes_StopsAfterFiftyBatches()
    {
        var wakes = new Mock<ITaskWakes>();
        wakes.Setup(list => list.ListDueAsync(_rig.Time.GetUtcNow(), WakeSweep.BatchSize, It.IsAny<CancellationToken>()))
            .ReturnsAsync([.. Enumerable.Repeat(new TaskWake(TestTasks.Id(99), _rig.Time.GetUtcNow()), WakeSweep.BatchSize)]);
        var sweep = new WakeSweep(wakes.Object, _rig.Store, _rig.Orchestrations, _rig.Time, NullLogger<WakeSweep>.Instance);

        await sweep.WakeTasks(new TimerInfo(), _rig.Clients.Client, CancellationToken.None);

        wakes.Verify(list => list.ListDueAsync(It.IsAny<DateTimeOffset>(), It.IsAny<int>(), It.IsAny<CancellationToken>()), Times.Exactly(50));
    }

    private Task RunAsync() => _sweep.WakeTasks(new TimerInfo(), _rig.Clients.Client, CancellationToken.None);

    private Task WakeAtAsync(TaskId id, TimeSpan from) => _rig.Siblings.AddAsync(id, _rig.Time.GetUtcNow() + from, CancellationToken.None);
}
