using Embedded.DurableTask.Hub;
using Embedded.DurableTask.Log;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Checkpoints;

/// <summary>
/// Writes what has changed to the stores of live and finished instances, cuts the log behind it, and lets finished instances
/// leave memory.
/// </summary>
/// <remarks>
/// A checkpoint is fuzzy: the hub works on while it is made. Each row says up to which position it holds its key's records; the
/// checkpoint's own position is that of the moment at which the changed keys were taken, and recovery skips what a row already
/// has. Captures are written only when the group they were taken in is durable, so storage never shows what was not decided.
/// </remarks>
internal sealed partial class Checkpointer(
    HubLoop loop, ILogStore log, LiveStore live, FinishedStore finished, TaskHubOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>How many states are written out in one go on the loop's thread, which does nothing else meanwhile.</summary>
    private const int LivePerCapture = 200;

    /// <summary>As many as fill the partitions they are spread over; of these only what remains is taken, and written out later.</summary>
    private const int FinishedPerCapture = 4000;

    private long _recordsAtLast;
    private long _lastAt = time.GetTimestamp();

    /// <summary>Whether the last one did not come to its end.</summary>
    private bool _isBehind;

    /// <summary>Makes checkpoints as they fall due, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (IsDue())
            {
                await MakeAsync(cancellationToken);
            }
        }
    }

    /// <summary>Makes one checkpoint. One that cannot be brought to its end leaves its work to the next.</summary>
    /// <exception cref="HubLostException">Another process owns the hub now.</exception>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        _recordsAtLast = loop.RecordsCommitted;
        _lastAt = time.GetTimestamp();
        _isBehind = true;
        ChangedKeys? taken = null;
        try
        {
            var (changed, asOf) = await loop.LookAsync(() => taken = TakeChanged(), cancellationToken);
            foreach (var keys in changed.Finished.Chunk(FinishedPerCapture).Concat(changed.Others.Chunk(LivePerCapture)))
            {
                await StoreAsync(keys, cancellationToken);
            }

            await live.WriteCheckpointAsync(asOf, cancellationToken);
            await CutAsync(asOf, cancellationToken);
            _isBehind = false;
            LogMade(changed.All.Count, asOf.Epoch, asOf.Position);
        }
        catch (Exception fault) when (fault is not HubLostException)
        {
            // What was taken and not stored has to be in the next one, or its position would claim too much.
            loop.Post(() => loop.State.Changed.UnionWith(taken?.All ?? []));
            if (fault is OperationCanceledException)
            {
                throw;
            }

            LogFailed(fault, options.CheckpointInterval.TotalSeconds);
        }
    }

    private bool IsDue()
    {
        var records = loop.RecordsCommitted - _recordsAtLast;
        return records >= options.CheckpointRecords || ((records > 0 || _isBehind) && time.GetElapsedTime(_lastAt) >= options.CheckpointInterval);
    }

    private ChangedKeys TakeChanged()
    {
        var keys = loop.State.Changed.ToList();
        loop.State.Changed.Clear();
        return new ChangedKeys(keys, keys.ToLookup(key => loop.State.Orchestrations.TryGetValue(key, out var instance) && instance.IsFinished));
    }

    private async Task StoreAsync(string[] keys, CancellationToken cancellationToken)
    {
        var captured = await loop.LookAsync(() => keys.Select(k => Capture.Of(k, loop.State)).ToList(), cancellationToken);
        var captures = captured.Seen.Select(c => c with { AsOf = captured.AsOf }).ToList();

        // A finished instance is in the one store before it is gone from the other.
        await finished.WriteAsync(captures, cancellationToken);
        await live.WriteAsync(captures, cancellationToken);
        loop.Post(() => captures.ForEach(Evict));
    }

    private void Evict(Capture capture)
    {
        if (loop.State.Changed.Contains(capture.Key))
        {
            return;
        }

        if (capture.IsPurged)
        {
            loop.State.ForgetPurged(capture.Key);
        }
        else if (capture.Finished is { } view && loop.State.Orchestrations.TryGetValue(capture.Key, out var instance)
            && instance.IsFinished && instance.Start.ExecutionId == view.ExecutionId)
        {
            loop.State.Evict(capture.Key);
        }
    }

    private async Task CutAsync(LogPosition position, CancellationToken cancellationToken)
    {
        for (; live.FirstEpoch < position.Epoch; live.FirstEpoch++)
        {
            await log.CutAsync(new LogPosition(live.FirstEpoch, LogPosition.End), cancellationToken);
        }

        await log.CutAsync(position, cancellationToken);
    }

    private sealed record ChangedKeys(IReadOnlyList<string> All, ILookup<bool, string> ByEnd)
    {
        public IEnumerable<string> Finished => ByEnd[true];

        public IEnumerable<string> Others => ByEnd[false];
    }

    [LoggerMessage(9330, LogLevel.Debug, "Checkpoint of {Keys} changed instances and entities at {Epoch}/{Position}.")]
    private partial void LogMade(int keys, long epoch, long position);

    [LoggerMessage(9331, LogLevel.Error, "A checkpoint could not be made. The log keeps everything and is not cut until one can; the next is tried in {Seconds} s.")]
    private partial void LogFailed(Exception fault, double seconds);
}
