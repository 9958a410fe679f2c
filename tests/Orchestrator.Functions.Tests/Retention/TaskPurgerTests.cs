using Orchestrator.Errors;
using Orchestrator.Functions.Retention;
using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Retention;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Tests.Retention;

public sealed class TaskPurgerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TaskRig _rig = new();

    [Fact]
    public async Task Purge_Over_TaskAndInstanceAreGone()
    {
        var id = await EndedAsync();
        _rig.Clients.Finished.Add(id.ToString());

        Assert.Equal(new PurgeOutcome.Purged(TaskState.Succeeded), await _rig.Purger.PurgeAsync(_rig.Clients.Client, id, None));

        Assert.Empty(_rig.Clients.Finished);
        Assert.Equal(0, _rig.Store.Count);
        Assert.Equal(new PurgeOutcome.NotFound(), await _rig.Purger.PurgeAsync(_rig.Clients.Client, id, None));
    }

    [Fact]
    public async Task Purge_NotOverOrCallbackPending_Kept()
    {
        var open = await _rig.SubmitAsync();
        var callback = await _rig.SubmitAsync(submission => submission with { CallbackUrl = "https://example.com/" });
        await _rig.Lifecycle.CancelAsync(callback, None);

        Assert.Equal(PurgeObstacle.NotOver, Assert.IsType<PurgeOutcome.Kept>(await _rig.Purger.PurgeAsync(_rig.Clients.Client, open, None)).Obstacle);
        Assert.Equal(PurgeObstacle.CallbackPending, Assert.IsType<PurgeOutcome.Kept>(await _rig.Purger.PurgeAsync(_rig.Clients.Client, callback, None)).Obstacle);
        Assert.Empty(_rig.Clients.Purged);
    }

    [Fact]
    public async Task Purge_OrchestrationDoesNotEnd_WaitedForAndThenLeft()
    {
        var id = await EndedAsync();
        _rig.Clients.Existing.Add(id.ToString());

        var purging = _rig.Purger.PurgeAsync(_rig.Clients.Client, id, None);
        while (!purging.IsCompleted)
        {
            _rig.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal(new PurgeOutcome.Purged(TaskState.Succeeded), await purging);
        Assert.Contains((id.ToString(), "TaskChanged"), _rig.Clients.Raised);
    }

    [Fact]
    public async Task Purge_PlatformFails_TaskIsGoneAllTheSame()
    {
        var id = await EndedAsync();
        _rig.Clients.Failure = new IOException("away");

        Assert.Equal(new PurgeOutcome.Purged(TaskState.Succeeded), await _rig.Purger.PurgeAsync(_rig.Clients.Client, id, None));
    }

    [Fact]
    public async Task EndInstances_OneCannotBePurged_TheOthersAre()
    {
        TaskRecord[] tasks = [.. new[] { 1, 2, 3 }.Select(number => new TaskRecord { Id = TestTasks.Id(number), Type = "test", State = TaskState.Succeeded, UpdatedAt = TestTasks.Start })];
        _rig.Clients.FailingPurges.Add(tasks[1].Id.ToString());

        Assert.Equal([tasks[0], tasks[2]], await _rig.Purger.EndInstancesAsync(_rig.Clients.Client, tasks, None));
    }

    [Fact]
    public async Task EndInstances_StorageIsAway_SaysSo()
    {
        var task = new TaskRecord { Id = TestTasks.Id(1), Type = "test", State = TaskState.Succeeded, UpdatedAt = TestTasks.Start };
        _rig.Clients.Failure = new StorageUnavailableException(new Uri("http://127.0.0.1/"), "away");

        Assert.Same(_rig.Clients.Failure, await Assert.ThrowsAsync<StorageUnavailableException>(() => _rig.Purger.EndInstancesAsync(_rig.Clients.Client, [task], None)));
    }

    private async Task<TaskId> EndedAsync()
    {
        var id = await _rig.SubmitAsync();
        await _rig.EndAsync(id, new AttemptOutcome.Succeeded("1"));
        return id;
    }
}
