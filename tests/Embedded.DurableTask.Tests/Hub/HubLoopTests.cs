using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Hub;

/// <summary>What the loop promises about groups, positions and answers.</summary>
public sealed class HubLoopTests
{
    private static readonly HashSet<InstanceStatus> _none = [];

    private readonly FaultyLogStore _store = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Look_WhileAGroupGathers_ShowsEverythingUpToThePositionItNames()
    {
        _store.Hold = _release.Task;
        using var loop = NewLoop();
        var running = loop.RunAsync();
        var first = StartAsync(loop, "first");
        await Eventually.TrueAsync(() => _store.Insertions == 1, "the first group is on its way");

        var second = StartAsync(loop, "second");
        var look = loop.LookAsync(() => loop.State.Orchestrations.Keys.Order().ToList(), default);
        var third = StartAsync(loop, "third");
        await loop.LookAtOnceAsync();
        _release.SetResult();

        var (seen, asOf) = await look.WithinLimitAsync("the look is durable");
        await Task.WhenAll(first, second, third).WithinLimitAsync("all starts are durable");
        var stored = _store.Rows.Where(r => r.At < asOf).SelectMany(r => HubJson.ReadGroup(r.Bytes.Span)).Select(r => r.Key).Order();
        Assert.Equal(stored, seen);
        await StopAsync(loop, running);
    }

    [Fact]
    public async Task Answer_BeforeItsCommit_IsNotGiven()
    {
        _store.Hold = _release.Task;
        using var loop = NewLoop();
        var running = loop.RunAsync();

        var start = StartAsync(loop, "a");
        await Eventually.TrueAsync(() => _store.Insertions == 1, "the group is on its way");
        Assert.False(start.IsCompleted);
        _release.SetResult();

        await start.WithinLimitAsync("the start is durable");
        await StopAsync(loop, running);
    }

    [Fact]
    public async Task Stopped_WithACommitUnderWay_LeavesNobodyWaiting()
    {
        _store.Hold = _release.Task;
        using var loop = NewLoop();
        var running = loop.RunAsync();
        var start = StartAsync(loop, "a");
        await Eventually.TrueAsync(() => _store.Insertions == 1, "the group is on its way");
        using var impatient = new CancellationTokenSource();
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop.StopAsync(impatient.Token));

        await running.WithinLimitAsync("the loop ends");
        await Assert.ThrowsAsync<InvalidOperationException>(() => start.WithinLimitAsync("the start is answered"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(loop, "late").WithinLimitAsync("the late start is answered"));
    }

    private static Task<InstanceStatus?> StartAsync(HubLoop loop, string id) => loop.AskAsync(step => step.Start(
        id, new ExecutionStarted { ExecutionId = "x", Name = "Orchestration", CreatedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) }, _none, null));

    private static async Task StopAsync(HubLoop loop, Task running)
    {
        await loop.StopAsync(default).WithinLimitAsync("the loop stops");
        await running;
    }

    private HubLoop NewLoop() => new(
        new HubState(), new CommitLog(_store, 1, TimeProvider.System, () => Guid.NewGuid().ToString("N"), NullLogger.Instance), new NoEffects(), TimeProvider.System);

    /// <summary>Turns that never come back.</summary>
    private sealed class NoEffects : IEffectRunner
    {
        public void Run(OrchestrationTurn turn, GroupCommit startedIn)
        {
        }

        public void Run(Effect effect)
        {
        }
    }
}

/// <summary>Lets a test wait until the loop has taken everything that was posted.</summary>
internal static class HubLoopWaiting
{
    public static Task LookAtOnceAsync(this HubLoop loop)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(seen.SetResult);
        return seen.Task.WithinLimitAsync("the loop has taken what was posted");
    }
}
