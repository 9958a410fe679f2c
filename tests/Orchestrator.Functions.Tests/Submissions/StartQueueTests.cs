using Orchestrator.Functions.Tests.Fakes;
using Orchestrator.Tasks;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Functions.Tests.Submissions;

public sealed class StartQueueTests : IAsyncDisposable
{
    private readonly TaskRig _rig = new();

    public async ValueTask DisposeAsync()
    {
        await _rig.Starts.StopAsync(CancellationToken.None);
        _rig.Starts.Dispose();
    }

    [Fact]
    public async Task Add_Several_AllStarted()
    {
        _rig.Slot.Client = _rig.Clients.Client;
        await _rig.Starts.StartAsync(CancellationToken.None);
        var ids = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            var id = await _rig.SubmitAsync();
            ids.Add(id.ToString());
            _rig.Starts.Add(_rig.Store[id]);
        }

        await WhenStartedAsync(100);

        Assert.Equal(ids.Order(StringComparer.Ordinal), _rig.Clients.Started.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Add_OneCannotBeTied_TheOthersAreStarted(bool isTimeout)
    {
        _rig.Slot.Client = _rig.Clients.Client;
        var first = await _rig.SubmitAsync();
        var blocked = await _rig.SubmitAsync(submission => submission with { DependsOn = new TaskDependencies([first], DependencyCondition.AllSucceeded) });
        var third = await _rig.SubmitAsync();
        var failed = new TaskCompletionSource();
        _rig.Store.BeforeCall = () =>
        {
            failed.TrySetResult();
            throw isTimeout ? new TaskCanceledException("Storage took too long.") : new IOException("away");
        };
        await _rig.Starts.StartAsync(CancellationToken.None);

        _rig.Starts.Add(_rig.Store[blocked]);
        await failed.Task.WithinLimitAsync("the task that waits is tried");
        _rig.Store.BeforeCall = null;
        _rig.Starts.Add(_rig.Store[third]);

        await WhenStartedAsync(1);
        Assert.Equal([third.ToString()], _rig.Clients.Started);
        Assert.True(_rig.Store[blocked].Unstarted);
    }

    private Task WhenStartedAsync(int count) => Eventually.TrueAsync(() => Started().Count >= count, $"{count} tasks are started");

    private List<string> Started()
    {
        lock (_rig.Clients.Started)
            return [.. _rig.Clients.Started];
    }
}
