using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Tests.Log;
using Embedded.DurableTask.Tests.Simulation.Code;
using Embedded.DurableTask.Tests.Simulation.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.TestKit.Waiting;

namespace Embedded.DurableTask.Tests.Checkpoints;

/// <summary>Checkpoints that are called off half-way, as when a host stops.</summary>
public sealed class CheckpointTests
{
    private readonly SimulatedTable _live = new("live", accepted: null);
    private readonly SimulatedTable _finished = new("finished", accepted: null);
    private readonly FaultyLogStore _log = new();

    [Fact]
    public async Task Make_CalledOffBeforeItsLookIsDurable_GivesBackWhatItTook()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _log.Hold = release.Task;
        using var loop = new HubLoop(
            new HubState(), new CommitLog(_log, 1, TimeProvider.System, () => Guid.NewGuid().ToString("N"), NullLogger.Instance), new NoEffects(), TimeProvider.System);
        var running = loop.RunAsync();
        var start = loop.AskAsync(step => step.Start("a", new ExecutionStarted { ExecutionId = "x", Name = "O", CreatedAt = default }, new HashSet<InstanceStatus>(), null));
        await Eventually.TrueAsync(() => _log.Insertions == 1, "the start is on its way");
        using var called = new CancellationTokenSource();
        var making = NewCheckpointer(loop).MakeAsync(called.Token);
        var wasTaken = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => wasTaken.SetResult(loop.State.Changed.Count == 0));
        Assert.True(await wasTaken.Task.WithinLimitAsync("the checkpoint looks"));

        await called.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => making);

        var changed = new TaskCompletionSource<string[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() => changed.SetResult([.. loop.State.Changed]));
        Assert.Equal(["a"], await changed.Task.WithinLimitAsync("the loop answers"));
        release.SetResult();
        await start.WithinLimitAsync("the start is durable");
        await loop.StopAsync(default);
        await running;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LiveRows_WriteCalledOffOnItsWay_IsMadeUpForByTheNext(bool arrivesAllTheSame)
    {
        var rows = new CalledOffRows(new TableRowStore(new SimulatedTableClient(_live, new InstantPath(), pageSize: 2)));
        var store = new LiveStore(rows, TimeProvider.System);
        await store.OpenAsync(1, new HubState(), default);
        await store.WriteAsync([Live("a"), Live("b"), Live("c")], default);

        rows.CallOff = arrivesAllTheSame ? CallOff.AfterArrival : CallOff.Before;
        await Assert.ThrowsAsync<OperationCanceledException>(() => store.WriteAsync([Gone("a"), Gone("b"), Live("d")], rows.Called.Token));
        await store.WriteAsync([Gone("a"), Gone("b"), Live("d"), Live("e")], default);

        Assert.Equal(["!fence", "c", "d", "e"], _live.Read(_ => true, null, 100, null).Select(r => r.RowKey));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task FinishedRow_WriteCalledOffAndLate_DoesNotComeBackAfterItsPurge(long purgingEpoch)
    {
        var other = Enumerable.Range(0, 1000).Select(n => $"other{n}").First(id => FinishedStore.PlaceOf(id).Partition == FinishedStore.PlaceOf("a").Partition);
        var rows = new CalledOffRows(new TableRowStore(new SimulatedTableClient(_finished, new InstantPath(), pageSize: 2)));
        var store = new FinishedStore(rows, 1, TimeProvider.System);
        await store.WriteAsync([Finished(other)], default);
        rows.CallOff = CallOff.Before;
        await Assert.ThrowsAsync<OperationCanceledException>(() => store.WriteAsync([Finished("a")], rows.Called.Token));

        rows.ArrivesAfterLookAt = "a";
        var purging = purgingEpoch == 1 ? store : new FinishedStore(rows, purgingEpoch, TimeProvider.System);
        await purging.WriteAsync([Gone("a") with { IsPurged = true }], default);

        Assert.Null(rows.ArrivesAfterLookAt);
        Assert.Null(await purging.GetAsync("a", default));
        Assert.NotNull(await purging.GetAsync(other, default));
    }

    [Fact]
    public async Task LargeFinishedRow_WrittenAgainAtALaterPosition_LeavesNoPartOfTheFirstWrite()
    {
        var store = new FinishedStore(new TableRowStore(new SimulatedTableClient(_finished, new InstantPath(), pageSize: 2)), 1, TimeProvider.System);
        var large = Finished("a") with { Finished = Finished("a").Finished! with { Output = Payloads.Create("a", 1500) } };
        await store.WriteAsync([large, Finished("ab"), Finished("a b")], default);

        await store.WriteAsync([large with { AsOf = new LogPosition(1, 2) }], default);
        Assert.Single(PartsOf("a"));

        await store.WriteAsync([large with { AsOf = new LogPosition(1, 2) }], default);
        Assert.Single(PartsOf("a"));

        await store.WriteAsync([Gone("a") with { IsPurged = true }], default);
        Assert.Empty(PartsOf("a"));
        Assert.Null(await store.GetAsync("a", default));
        Assert.NotNull(await store.GetAsync("ab", default));
        Assert.NotNull(await store.GetAsync("a b", default));
    }

    private List<string> PartsOf(string key) => [.. _finished.Read(_ => true, null, 100, null).Select(r => r.RowKey).Where(k => StoredRow.IsPartOf(k, key))];

    private static Capture Finished(string key) => new(key)
    {
        AsOf = new LogPosition(1, 1),
        Finished = new InstanceView { InstanceId = key, ExecutionId = "x", Name = "O", Status = InstanceStatus.Completed, CreatedAt = default, LastUpdatedAt = default },
    };

    private static Capture Live(string key) => new(key) { Live = Encoding.UTF8.GetBytes("{}"), AsOf = new LogPosition(1, 1) };

    private static Capture Gone(string key) => new(key) { AsOf = new LogPosition(1, 2) };

    private Checkpointer NewCheckpointer(HubLoop loop)
    {
        var rows = new TableRowStore(new SimulatedTableClient(_live, new InstantPath(), pageSize: 2));
        return new Checkpointer(
            loop, _log, new LiveStore(rows, TimeProvider.System), new FinishedStore(rows, 1, TimeProvider.System),
            new TaskHubOptions { ConnectionString = "none" }, TimeProvider.System, NullLogger.Instance);
    }

    private enum CallOff
    {
        No,
        Before,
        AfterArrival,
    }

    /// <summary>Rows whose next write is called off.</summary>
    private sealed class CalledOffRows(IRowStore inner) : IRowStore
    {
        private IReadOnlyList<TableTransactionAction> _calledOff = [];

        public CancellationTokenSource Called { get; } = new();

        public CallOff CallOff { get; set; }

        /// <summary>When this row is next looked at, what was called off before it arrived does so.</summary>
        public string? ArrivesAfterLookAt { get; set; }

        public async Task<TableEntity?> FindAsync(string partition, string rowKey, CancellationToken cancellationToken)
        {
            var found = await inner.FindAsync(partition, rowKey, cancellationToken);
            await ArriveAsync(rowKey, cancellationToken);
            return found;
        }

        public async IAsyncEnumerable<TableEntity> ReadAsync(RowRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var row in inner.ReadAsync(range, cancellationToken))
            {
                yield return row;
            }

            await ArriveAsync(range.RowKey, cancellationToken);
        }

        private async Task ArriveAsync(string? rowKey, CancellationToken cancellationToken)
        {
            if (rowKey is not null && rowKey == ArrivesAfterLookAt)
            {
                ArrivesAfterLookAt = null;
                try
                {
                    await inner.SubmitAsync(_calledOff, cancellationToken);
                }
                catch (RequestFailedException refused) when (refused.Status == 412)
                {
                    // The way is barred.
                }
            }
        }

        public async Task<ETag> SubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
        {
            var callOff = CallOff;
            _calledOff = callOff == CallOff.Before ? [.. actions] : _calledOff;
            CallOff = CallOff.No;
            var tag = callOff == CallOff.Before ? default : await inner.SubmitAsync(actions, cancellationToken);
            if (callOff != CallOff.No)
            {
                await Called.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return tag;
        }
    }

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
