using System.Runtime.ExceptionServices;
using Embedded.DurableTask.Checkpoints;
using Embedded.DurableTask.Engine;
using Embedded.DurableTask.Execution;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Log;
using Embedded.DurableTask.Ownership;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Hub;

/// <summary>A task hub that this process owns: the engine, its log, its checkpoints.</summary>
/// <param name="storage">Where it keeps what must outlive the process.</param>
/// <param name="lost">Called once when the hub is lost to another process or cannot go on; the host has to stop.</param>
internal sealed partial class TaskHub(
    TaskHubOptions options, IHubStorage storage, TimeProvider time, ILoggerFactory loggers, Action<Exception> lost)
    : ITaskHubHost, IAsyncDisposable
{
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(3);

    /// <summary>How long a commit or renewal proves that the hub is this process's own: less than another one's patience.</summary>
    private static readonly TimeSpan ConfirmAfter = HubOwnership.RenewalInterval * 2;

    private readonly ILogger _logger = loggers.CreateLogger<TaskHub>();
    private readonly CancellationTokenSource _background = new();
    private readonly Waiters _waiters = new();

    private HubLoop? _loop;
    private WorkDispatcher? _dispatcher;
    private FinishedStore? _finished;
    private HubOwnership? _ownership;
    private Checkpointer? _checkpointer;
    private Exception? _fault;
    private Task _running = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;

    private HubLoop Loop => _loop ?? throw new InvalidOperationException("The task hub has not been started.");

    private FinishedStore Finished => _finished ?? throw new InvalidOperationException("The task hub has not been started.");

    /// <inheritdoc/>
    public async Task StartAsync(
        IOrchestrationRunner orchestrations, IActivityRunner activities, IEntityRunner entities, CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(orchestrations, activities, entities, cancellationToken);
        }
        catch (Exception fault) when (fault is StorageFaultException || StorageFaults.IsFault(fault, cancellationToken))
        {
            throw new HostStartException(
                $"Task hub '{options.HubName}' cannot be opened, for its storage has failed ({StorageFaults.LastOf(fault).Message.Split('\n')[0].Trim()}). Start the host again.",
                fault);
        }
    }

    private async Task OpenAsync(
        IOrchestrationRunner orchestrations, IActivityRunner activities, IEntityRunner entities, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await storage.CreateAsync(cancellationToken);
        _ownership = new HubOwnership(
            storage.Owner, options.HubName, ProcessIdentity.Current(), time, NewWriteId, loggers.CreateLogger<HubOwnership>());
        var epoch = await _ownership.AcquireAsync(options.TakeOver, await LiveStore.FindEpochAsync(storage.Live, cancellationToken), cancellationToken);

        // From now on, for a recovery may take longer than others wait.
        _keeping = GuardAsync(_ownership.KeepAsync(_background.Token));

        var live = new LiveStore(storage.Live, time);
        _finished = new FinishedStore(storage.Finished, epoch, time);
        var recovery = await HubRecovery.RunAsync(live, new LogFence(storage.Log, NewWriteId, time), epoch, cancellationToken);

        var log = new CommitLog(storage.Log, epoch, time, NewWriteId, loggers.CreateLogger<CommitLog>());
        _dispatcher = new WorkDispatcher(options, orchestrations, activities, entities);
        _loop = new HubLoop(recovery.State, log, _dispatcher, time, options.Hazards);
        _dispatcher.Attach(_loop, TellWaiters);
        if (_fault is not null)
        {
            // Lost before there was a loop to be told of it.
            ExceptionDispatchInfo.Throw(_fault);
        }

        _checkpointer = new Checkpointer(_loop, storage.Log, live, _finished, options, time, loggers.CreateLogger<Checkpointer>());

        _running = GuardAsync(RunLoopAsync(_loop));
        await _loop.AskAsync(step => Resume(step), cancellationToken);
        _keeping = Task.WhenAll(_keeping, GuardAsync(_checkpointer.RunAsync(_background.Token)));
        LogStarted(options.HubName, epoch, recovery.State.Orchestrations.Count, recovery.State.Entities.Count, recovery.Records, time.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_loop is null || _dispatcher is null)
        {
            await LeaveUnopenedAsync();
            return;
        }

        await _dispatcher.StopAsync(cancellationToken);
        _background.Cancel();
        await _keeping;
        try
        {
            if (_fault is null)
            {
                await LeaveAsync(_loop, cancellationToken);
            }
        }
        finally
        {
            await _running;
        }

        if (_fault is not null)
        {
            // The host must not end as if all had been well.
            ExceptionDispatchInfo.Throw(_fault);
        }
    }

    /// <inheritdoc/>
    public async Task<InstanceStatus?> StartAsync(
        string instanceId, ExecutionStarted start, IReadOnlySet<InstanceStatus>? replaceable, CancellationToken cancellationToken)
    {
        if (replaceable is null)
        {
            return await AskAsync(step => step.Start(instanceId, start, null, stored: null), cancellationToken);
        }

        // What is in storage only has ended. Where any end may be replaced, it makes no difference which, and is not looked for.
        if (Enum.GetValues<InstanceStatus>().All(status => !status.IsEnd() || replaceable.Contains(status)))
        {
            return await AskAsync(step => step.Start(instanceId, start, replaceable, stored: null, mayBeStored: true), cancellationToken);
        }

        while (true)
        {
            var (isKnown, evictions) = await Loop.PeekAsync(step => (step.Knows(instanceId), Loop.State.Evictions), cancellationToken);
            var stored = isKnown ? null : await Finished.GetAsync(instanceId, cancellationToken);
            var (isCertain, inTheWay) = await AskAsync(
                step => step.Knows(instanceId) || (!isKnown && Loop.State.Evictions == evictions)
                    ? (true, step.Start(instanceId, start, replaceable, stored?.Status))
                    : (false, null),
                cancellationToken);
            if (isCertain)
            {
                return inTheWay;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Delivery> SendAsync(string instanceId, OrchestrationMessage message, CancellationToken cancellationToken)
    {
        var (delivery, isPurged) = await AskAsync(step => (step.Send(instanceId, message), Loop.State.Purged.Contains(instanceId)), cancellationToken);
        return delivery == Delivery.NotFound && !isPurged && await Finished.GetAsync(instanceId, cancellationToken) is not null ? Delivery.Finished : delivery;
    }

    /// <inheritdoc/>
    public async Task<InstanceView?> GetAsync(string instanceId, bool withPayloads, CancellationToken cancellationToken)
    {
        // What memory does not know and has not purged, storage shows as it was when memory was asked, or as it is by now.
        var (present, isPurged) = await AskAsync(
            _ => (Loop.State.Orchestrations.TryGetValue(instanceId, out var instance) ? InstanceViews.Of(instance, withPayloads) : null, Loop.State.Purged.Contains(instanceId)),
            cancellationToken);
        var stored = present is null && !isPurged ? await Finished.GetAsync(instanceId, cancellationToken) : null;
        return stored is null ? present : InstanceViews.Trim(stored, withPayloads);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<InstanceView>> QueryAsync(
        InstanceFilter filter, string? afterId, int pageSize, bool withPayloads, CancellationToken cancellationToken)
    {
        var (matching, passedOver) = await AskAsync(
            _ => (
                Loop.State.Orchestrations.Values.Where(i => InstanceViews.Matches(filter, i)).Select(i => InstanceViews.Of(i, withPayloads)).ToList(),
                Loop.State.Orchestrations.Keys.Concat(Loop.State.Purged).ToHashSet(StringComparer.Ordinal)),
            cancellationToken);
        var stored = 0;
        if (filter.Statuses?.Any(status => status.IsEnd()) != false)
        {
            await foreach (var view in Finished.QueryAsync(filter, afterId, cancellationToken))
            {
                if (!passedOver.Contains(view.InstanceId))
                {
                    matching.Add(InstanceViews.Trim(view, withPayloads));
                    if (++stored == pageSize)
                    {
                        break;
                    }
                }
            }
        }

        var after = afterId is null ? default : FinishedStore.PlaceOf(afterId);
        return
        [
            .. matching.Select(view => (Place: FinishedStore.PlaceOf(view.InstanceId), View: view))
                .Where(found => afterId is null || InOrder(found.Place, after) > 0)
                .Order(Comparer<((string, string) Place, InstanceView View)>.Create((left, right) => InOrder(left.Place, right.Place)))
                .Take(pageSize)
                .Select(found => found.View),
        ];
    }

    /// <inheritdoc/>
    public async Task<InstanceView?> WaitAsync(string instanceId, bool started, bool withPayloads, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(started, withPayloads);
        try
        {
            while (!await AskAsync(_ => Enlist(instanceId, waiter), cancellationToken))
            {
                // One that lives has been started since.
                var view = await GetAsync(instanceId, withPayloads, cancellationToken);
                if (view is null || view.Status.IsEnd())
                {
                    return view;
                }
            }

            return await waiter.Answer.WithinAsync(cancellationToken);
        }
        finally
        {
            Loop.Post(() => _waiters.Remove(instanceId, waiter));
        }
    }

    /// <inheritdoc/>
    public async Task<int> PurgeAsync(string instanceId, bool recursive, CancellationToken cancellationToken)
    {
        if (await GetAsync(instanceId, withPayloads: false, cancellationToken) is not { } view || !view.Status.IsEnd())
        {
            return 0;
        }

        var removed = await AskAsync(step => step.Purge(instanceId), cancellationToken) ? 1 : 0;
        foreach (var child in recursive ? view.Children ?? [] : [])
        {
            // Of a child that was refused, or replaced since, the id is somebody else's.
            if (await GetAsync(child, withPayloads: false, cancellationToken) is { } present && present.Parent?.ExecutionId == view.ExecutionId)
            {
                removed += await PurgeAsync(child, recursive, cancellationToken);
            }
        }

        return removed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _background.Cancel();
        _loop?.Dispose();
        _dispatcher?.Dispose();
        _background.Dispose();
    }

    /// <summary>A start that was broken off leaves the hub at once: nobody has to wait until its owner's record has stood still.</summary>
    private async Task LeaveUnopenedAsync()
    {
        _background.Cancel();
        await _keeping;
        if (_ownership is not null && _fault is null)
        {
            using var limit = new CancellationTokenSource(LeaveLimit, time);
            await _ownership.ReleaseAsync(limit.Token);
        }
    }

    /// <summary>Makes a last checkpoint if there is time for it; ends the loop in any case, and releases the hub unless it is lost.</summary>
    private async Task LeaveAsync(HubLoop loop, CancellationToken cancellationToken)
    {
        try
        {
            await _checkpointer!.MakeAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The log holds what the checkpoint would have.
        }
        finally
        {
            using var limit = new CancellationTokenSource(LeaveLimit, time);
            await loop.StopAsync(limit.Token);
        }

        using var releaseLimit = new CancellationTokenSource(LeaveLimit, time);
        await _ownership!.ReleaseAsync(releaseLimit.Token);
    }

    /// <summary>Takes one step for a client. Whoever has been out of the world for long first looks whether the hub is still his to answer for.</summary>
    private async Task<T> AskAsync<T>(Func<Step, T> ask, CancellationToken cancellationToken)
    {
        var answer = await Loop.AskAsync(ask, cancellationToken);
        if (time.GetElapsedTime(Math.Max(Loop.CommittedAt, _ownership!.ConfirmedAt)) > ConfirmAfter)
        {
            await _ownership.ConfirmAsync(cancellationToken);
        }

        return answer;
    }

    private static int InOrder((string Partition, string RowKey) left, (string Partition, string RowKey) right) =>
        string.CompareOrdinal(left.Partition, right.Partition) is var order and not 0 ? order : string.CompareOrdinal(left.RowKey, right.RowKey);

    private static string NewWriteId() => Guid.NewGuid().ToString("N");

    private static bool Resume(Step step)
    {
        step.Resume();
        return true;
    }

    /// <summary>Has a waiter told at once or later.</summary>
    /// <returns>Whether the instance is in memory; if not, storage knows it.</returns>
    private bool Enlist(string instanceId, Waiter waiter)
    {
        if (!Loop.State.Orchestrations.TryGetValue(instanceId, out var instance))
        {
            return false;
        }

        _waiters.Add(instanceId, waiter);
        Answer(instance);
        return true;
    }

    private void TellWaiters(string instanceId)
    {
        if (Loop.State.Orchestrations.TryGetValue(instanceId, out var instance))
        {
            Answer(instance);
            return;
        }

        // Purged in the very group in which it ended.
        foreach (var waiter in _waiters.TakeAll(instanceId))
        {
            Loop.AfterCommit((_, fault) => waiter.Complete(null, fault));
        }
    }

    private void Answer(OrchestrationState instance)
    {
        foreach (var waiter in _waiters.TakeOver(instance))
        {
            // The state may be ahead of storage by now; the answer is not.
            var view = InstanceViews.Of(instance, waiter.WithPayloads);
            Loop.AfterCommit((_, fault) => waiter.Complete(view, fault));
        }
    }

    private async Task RunLoopAsync(HubLoop loop)
    {
        try
        {
            await loop.RunAsync();
        }
        finally
        {
            _waiters.Abandon(loop.Fault);
        }
    }

    /// <summary>What goes on in the background must not end unnoticed: without any part of it the hub is none.</summary>
    private async Task GuardAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (_background.IsCancellationRequested)
        {
            // Stopped in order.
        }
        catch (Exception fault)
        {
            if (Interlocked.CompareExchange(ref _fault, fault, null) is null)
            {
                LogLost(options.HubName, fault.Message);
                _loop?.Post(() => ExceptionDispatchInfo.Throw(fault));
                lost(fault);
            }
        }
    }

    [LoggerMessage(9300, LogLevel.Information, "Task hub '{Hub}' is up: epoch {Epoch}, {Instances} instances and {Entities} entities, {Records} records read, {Milliseconds:F0} ms.")]
    private partial void LogStarted(string hub, long epoch, int instances, int entities, int records, double milliseconds);

    [LoggerMessage(9301, LogLevel.Critical, "Task hub '{Hub}' cannot go on; the host stops. {Fault}")]
    private partial void LogLost(string hub, string fault);
}
