using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Hub;
using Embedded.DurableTask.Tests.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Moq;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Checkpoints;

public sealed class CheckpointerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private readonly FaultyLogStore _log = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Make_GivenUpBeforeItHasTakenWhatChanged_LeavesItToTheNext()
    {
        var tables = new HubTables(new TaskHubOptions { ConnectionString = azurite.ConnectionString, HubName = "Hub" + azurite.UniqueName() });
        await tables.CreateAsync(default);
        using var loop = new HubLoop(
            new HubState(), new CommitLog(_log, 1, TimeProvider.System, NewWriteId, NullLogger.Instance), Mock.Of<IEffectRunner>(), TimeProvider.System);
        var running = loop.RunAsync();
        var checkpointer = await OpenAsync(tables, loop);

        // One group is on its way and the next gathers: the checkpoint looks at the state when that one is cut.
        _log.Hold = _release.Task;
        var first = SignalAsync(loop, "@counter@first");
        await Eventually.TrueAsync(() => _log.Insertions == 1, "the first group is on its way");
        var second = SignalAsync(loop, "@counter@second");
        using var givenUp = new CancellationTokenSource();
        var making = checkpointer.MakeAsync(givenUp.Token);
        await loop.LookAtOnceAsync();
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => making);
        _release.SetResult();
        await Task.WhenAll(first, second).WithinLimitAsync("the signals are durable");

        await checkpointer.MakeAsync(default).WithinLimitAsync("the next checkpoint is made");

        var state = new HubState();
        await new LiveStore(tables.Live, TimeProvider.System).OpenAsync(2, state, default);
        Assert.Equal(["@counter@first", "@counter@second"], state.Entities.Keys.Order(StringComparer.Ordinal));
        await loop.StopAsync(default);
        await running.WithinLimitAsync("the loop ends");
    }

    private static string NewWriteId() => Guid.NewGuid().ToString("N");

    private static Task<bool> SignalAsync(HubLoop loop, string entity) => loop.AskAsync(step =>
    {
        step.Enqueue(entity, new EntityRequest("add", "1", null));
        return true;
    });

    private async Task<Checkpointer> OpenAsync(HubTables tables, HubLoop loop)
    {
        var live = new LiveStore(tables.Live, TimeProvider.System);
        await live.OpenAsync(1, new HubState(), default);
        var options = new TaskHubOptions { ConnectionString = azurite.ConnectionString };
        return new Checkpointer(
            loop, _log, live, new FinishedStore(tables.Finished, 1, TimeProvider.System), options, 1, TimeProvider.System, NullLogger.Instance);
    }
}
