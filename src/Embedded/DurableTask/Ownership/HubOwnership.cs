using System.Globalization;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Logging;

namespace Embedded.DurableTask.Ownership;

/// <summary>Becomes the owner of a hub, and stays it by renewing the owner record.</summary>
/// <remarks>
/// The record only keeps two processes from working against each other; what makes it safe is the fence of the commit log. The
/// age of a foreign record is measured by watching it stand still on our own monotonic clock, never by comparing clocks.
/// </remarks>
internal sealed partial class HubOwnership(
    IOwnerStore store, string hubName, ProcessIdentity self, TimeProvider time, Func<string> newWriteId, ILogger logger)
{
    /// <summary>How often the owner renews its record.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(10);

    /// <summary>How long the record of a process that cannot be asked must have stood still before the hub is taken over.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private OwnerRecord? _record;
    private long _confirmedAt;

    /// <summary>When this process was last seen to be the owner, as a timestamp of the clock. Any thread may ask.</summary>
    public long ConfirmedAt => Volatile.Read(ref _confirmedAt);

    /// <summary>Makes this process the owner.</summary>
    /// <param name="takeOver">Whether to take the hub from an owner that may be alive, without watching it.</param>
    /// <returns>The epoch to open, above every epoch before it.</returns>
    /// <exception cref="HubOwnedException">Another process owns the hub and renews its record.</exception>
    public async Task<long> AcquireAsync(bool takeOver, CancellationToken cancellationToken)
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var before = await store.ReadAsync(cancellationToken);
            if (before is not null && tried.Contains(before.WriteId))
            {
                // An earlier try arrived after it had been given up.
                return Become(before);
            }

            if (before is not null && !takeOver && !IsFree(before))
            {
                await WatchAsync(before, cancellationToken);
            }

            var mine = new OwnerRecord(self, (before?.Epoch ?? 0) + 1, IsReleased: false, newWriteId(), default);
            tried.Add(mine.WriteId);
            if (await store.TryWriteAsync(mine, before, cancellationToken) is { } written)
            {
                LogAcquired(hubName, written.Epoch, before is null ? "a new hub" : before.Owner.ToString());
                return Become(written);
            }

            // Another was faster, or storage has failed to write it.
            await Task.Delay(RetryPause, time, cancellationToken);
        }
    }

    /// <summary>Renews the record until cancelled.</summary>
    /// <exception cref="HubOwnedException">Another process has taken the hub over.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RenewalInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await RewriteAsync(_record! with { WriteId = newWriteId() }, cancellationToken);
            }
            catch (Exception fault) when (Log.StorageFaults.IsFault(fault, cancellationToken))
            {
                // Nothing is lost by a late renewal; the fence decides who may write.
                LogRenewalFailed(fault.Message);
            }
        }
    }

    /// <summary>Looks whether this process still is the owner.</summary>
    /// <exception cref="HubOwnedException">Another process has taken the hub over.</exception>
    public async Task ConfirmAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(cancellationToken) is { } present && present.Epoch != _record!.Epoch)
        {
            throw new HubOwnedException(hubName, present);
        }

        Confirm();
    }

    /// <summary>Leaves the hub to whoever comes next. While storage fails to write it tries on.</summary>
    /// <exception cref="HubOwnedException">Another process has taken the hub over.</exception>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        while (_record is { IsReleased: false } record)
        {
            await RewriteAsync(record with { IsReleased = true, WriteId = newWriteId() }, cancellationToken);
            if (!_record.IsReleased)
            {
                await Task.Delay(RetryPause, time, cancellationToken);
            }
        }
    }

    private async Task RewriteAsync(OwnerRecord record, CancellationToken cancellationToken)
    {
        var written = await store.TryWriteAsync(record, _record, cancellationToken);
        if (written is not null)
        {
            _record = written;
            Confirm();
        }
        else if (await store.ReadAsync(cancellationToken) is { } present)
        {
            // Ours still: an earlier renewal whose answer was lost. The next one goes by its tag.
            _record = present.Epoch == record.Epoch ? present : throw new HubOwnedException(hubName, present);
        }
    }

    private long Become(OwnerRecord record)
    {
        _record = record;
        Confirm();
        return record.Epoch;
    }

    private void Confirm() => Volatile.Write(ref _confirmedAt, time.GetTimestamp());

    private bool IsFree(OwnerRecord record) => record.IsReleased || record.Owner.IsSurelyDead(self);

    /// <summary>Returns when the record has stood still for <see cref="Patience"/> or its owner is found dead or gone.</summary>
    private async Task WatchAsync(OwnerRecord first, CancellationToken cancellationToken)
    {
        LogWatching(hubName, first.Owner.ToString(), Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        var since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < Patience)
        {
            await Task.Delay(WatchInterval, time, cancellationToken);
            var present = await store.ReadAsync(cancellationToken);
            if (present is null || IsFree(present))
            {
                return;
            }

            if (present.WriteId != first.WriteId)
            {
                throw new HubOwnedException(hubName, present);
            }
        }
    }

    [LoggerMessage(9320, LogLevel.Debug, "Task hub '{Hub}' is ours: epoch {Epoch}, after {Before}.")]
    private partial void LogAcquired(string hub, long epoch, string before);

    [LoggerMessage(9321, LogLevel.Warning, "Task hub '{Hub}' belongs to {Owner}; watching for up to {Seconds} s whether it still lives.")]
    private partial void LogWatching(string hub, string owner, string seconds);

    [LoggerMessage(9322, LogLevel.Warning, "The owner record could not be renewed; trying again. {Fault}")]
    private partial void LogRenewalFailed(string fault);
}

/// <summary>Another process owns the task hub.</summary>
internal sealed class HubOwnedException(string hubName, OwnerRecord record) : HostStartException(
    $"Task hub '{hubName}' is owned by {record.Owner}. Stop that process, give this one another hub name, or start it with --take-over.")
{
    /// <summary>The owner's record as it was found.</summary>
    public OwnerRecord Record { get; } = record;
}
