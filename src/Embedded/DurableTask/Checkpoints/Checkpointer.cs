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
/// <param name="firstEpoch">The earliest epoch that may still have rows in the log.</param>
internal sealed partial class Checkpointer(
    HubLoop loop, ILogStore log, LiveStore live, FinishedStore finished, TaskHubOptions options, long firstEpoch, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    /// <summary>How many states are written out in one go on the loop's thread, which does nothing else meanwhile.</summary>
    private const int LivePerCapture = 200;

    /// <summary>As many as fill the partitions they are spread over; of these only what remains is taken, and written out later.</summary>
    private const int FinishedPerCapture = 4000;

    private long _recordsAtLast;
    private long _lastAt = time.GetTimestamp();
    private long _firstEpoch = firstEpoch;

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
        var changed = await TakeChangedAsync(cancellationToken);
        try
        {
            foreach (var keys in changed.Seen.Finished.Chunk(FinishedPerCapture).Concat(changed.Seen.Others.Chunk(LivePerCapture)))
            {
                await StoreAsync(keys, cancellationToken);
            }

            await live.WriteCheckpointAsync(changed.AsOf, cancellationToken);
            await CutAsync(changed.AsOf, cancellationToken);
            _isBehind = false;
            LogMade(changed.Seen.All.Count, changed.AsOf.Epoch, changed.AsOf.Position);
        }
        catch (Exception fault) when (fault is not HubLostException)
        {
            // What was taken and not stored has to be in the next one, or its position would claim too much.
            loop.Post(() => loop.State.Changed.UnionWith(changed.Seen.All));
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

    /// <summary>
    /// Takes the changed keys. The loop takes them when it comes to it, even when nobody waits any more; then it has to leave them,
    /// or give them back, for no checkpoint would hold them and the next one's position would claim that it does.
    /// </summary>
    private async Task<(ChangedKeys Seen, LogPosition AsOf)> TakeChangedAsync(CancellationToken cancellationToken)
    {
        var isGivenUp = false;
        ChangedKeys? taken = null;
        try
        {
            return await loop.LookAsync(() => taken = isGivenUp ? ChangedKeys.None : TakeChanged(), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            loop.Post(() =>
            {
                isGivenUp = true;
                loop.State.Changed.UnionWith(taken?.All ?? []);
            });
            throw;
        }
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
        for (; _firstEpoch < position.Epoch; _firstEpoch++)
        {
            await log.CutAsync(new LogPosition(_firstEpoch, LogPosition.End), cancellationToken);
        }

        await log.CutAsync(position, cancellationToken);
    }

    private sealed record ChangedKeys(IReadOnlyList<string> All, ILookup<bool, string> ByEnd)
    {
        public static ChangedKeys None { get; } = new([], Array.Empty<string>().ToLookup(_ => false));

        public IEnumerable<string> Finished => ByEnd[true];

        public IEnumerable<string> Others => ByEnd[false];
    }

    [LoggerMessage(9330, LogLevel.Debug, "Checkpoint of {Keys} changed instances and entities at {Epoch}/{Position}.")]
    private partial void LogMade(int keys, long epoch, long position);

    [LoggerMessage(9331, LogLevel.Error, "A checkpoint could not be made. The log keeps everything and is not cut until one can; the next is tried in {Seconds} s.")]
    private partial void LogFailed(Exception fault, double seconds);
}
