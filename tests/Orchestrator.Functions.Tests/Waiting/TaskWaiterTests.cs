using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Waiting;

public sealed class TaskWaiterTests
{
    private readonly TaskRig _rig = new();

    [Fact]
    public async Task WaitAsync_EndsInThisProcess_HeardOfWithoutALook()
    {
        var (id, waiting) = await WaitAsync(TimeSpan.FromSeconds(30));
        var looks = 0;
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        _rig.Store.BeforeCall = () => looks++;

        Assert.Equal(TaskState.Succeeded, (await waiting.WithinLimitAsync("the end is heard of")).State);
        Assert.Equal(0, looks);
    }

    [Fact]
    public async Task WaitAsync_EndsInAnotherProcess_FoundByLooking()
    {
        var (id, waiting) = await WaitAsync(TimeSpan.FromSeconds(30));
        var other = new TaskLifecycle(_rig.Store, _rig.Siblings, new TaskSignals(), new SystemRandomSource(), _rig.Time);
        await other.CancelAsync(id, CancellationToken.None);

        await _rig.Time.WhenArmedAsync(1).WithinLimitAsync("it waits for its next look");
        _rig.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(TaskState.Cancelled, (await waiting.WithinLimitAsync("the end is found")).State);
    }

    [Fact]
    public async Task WaitAsync_LimitPasses_TheTaskAsItStandsThenAndFewLooks()
    {
        var looks = 0;
        _rig.Store.BeforeCall = () => Interlocked.Increment(ref looks);
        var (_, waiting) = await WaitAsync(TimeSpan.FromSeconds(10));
        Interlocked.Exchange(ref looks, 0);
        while (true)
        {
            await Eventually.TrueAsync(() => waiting.IsCompleted || _rig.Time.NextDue is not null, "it waits, or is done");
            if (waiting.IsCompleted || _rig.Time.NextDue is not { } due)
                break;
            _rig.Time.Advance(due);
        }

        Assert.Equal(TaskState.Queued, (await waiting).State);
        Assert.Equal(TestTasks.Start.AddSeconds(10), _rig.Time.GetUtcNow());
        Assert.InRange(looks, 10, 15);
    }

    [Fact]
    public async Task WaitAsync_LookTakesLongerThanTheLimit_IsTheLast()
    {
        var (_, waiting) = await WaitAsync(TimeSpan.FromSeconds(1));
        await _rig.Time.WhenArmedAsync(1).WithinLimitAsync("it waits for its first look");
        var looks = 0;
        _rig.Store.BeforeCall = () =>
        {
            looks++;
            _rig.Time.Advance(TimeSpan.FromSeconds(5));
        };

        _rig.Time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(TaskState.Queued, (await waiting.WithinLimitAsync("it ends")).State);
        Assert.Equal(1, looks);
    }

    [Fact]
    public async Task WaitAsync_CallerHangsUp_Stopped()
    {
        var id = await _rig.SubmitAsync();
        using var listener = _rig.Waiter.Listen(id);
        using var caller = new CancellationTokenSource();
        var waiting = _rig.Waiter.WaitAsync(listener, _rig.Store[id], TimeSpan.FromSeconds(30), caller.Token);

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WithinLimitAsync("it stops"));
    }

    private async Task<(TaskId Id, Task<TaskRecord> Waiting)> WaitAsync(TimeSpan limit)
    {
        var id = await _rig.SubmitAsync();
        var listener = _rig.Waiter.Listen(id);
        return (id, _rig.Waiter.WaitAsync(listener, _rig.Store[id], limit, CancellationToken.None));
    }
}
