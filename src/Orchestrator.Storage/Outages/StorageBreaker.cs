using Azure;
using Microsoft.Extensions.Logging;
using Orchestrator.Availability;
using Orchestrator.Errors;
using Orchestrator.Storage.Tables;

namespace Orchestrator.Storage.Outages;

/// <summary>
/// A circuit breaker. Calls that fail one after the other, with none that succeeds among them, say that storage is away; from then on
/// calls fail without being sent, and one probe at a time is sent until it is answered. Where it was answers that told of a failure, they may have been about one row or partition
/// alone: then a probe is sent first, and has to fail too.
/// </summary>
/// <remarks>
/// Failures in a row, and not a share of the calls in a time: what is refused at once fails a hundred times a second and what hangs once in ten, and a
/// window that suits the one is blind to the other. A fifth of the calls failing hardly ever opens it (8 in a row: 3 in a million).
/// </remarks>
internal sealed class StorageBreaker : IStorageAvailability, IDisposable
{
    /// <summary>Failures in a row that open it.</summary>
    public const int FailuresInARow = 8;

    /// <summary>Failures in a row that open it when they took <see cref="SlowSpan"/>: what times out does not come often.</summary>
    public const int SlowFailuresInARow = 3;

    /// <summary>See <see cref="SlowFailuresInARow"/>.</summary>
    public static readonly TimeSpan SlowSpan = TimeSpan.FromSeconds(5);

    /// <summary>Pause before the first probe; doubled up to <see cref="LongestPause"/>, each with up to a quarter more by chance.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest pause between two probes, but for chance.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Func<CancellationToken, Task> _probe;
    private readonly Uri _endpoint;
    private readonly IRandomSource _random;
    private readonly TimeProvider _time;
    private readonly ILogger<StorageBreaker> _logger;
    private readonly CancellationTokenSource _end = new();
    private CancellationTokenSource _away = new();
    private TaskCompletionSource? _back;
    private Exception? _cause;
    private bool _isAsking;
    private volatile bool _hasLeft;
    private int _failures;
    private long _firstFailure;
    private long _openedAt;

    /// <param name="probe">Asks storage for something small; throws when it does not answer.</param>
    public StorageBreaker(Uri endpoint, Func<CancellationToken, Task> probe, IRandomSource random, TimeProvider time, ILogger<StorageBreaker> logger)
    {
        _endpoint = endpoint;
        _probe = probe;
        _random = random;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public bool IsAway => Volatile.Read(ref _back) is not null;

    /// <inheritdoc/>
    public CancellationToken Away => Volatile.Read(ref _away).Token;

    /// <inheritdoc/>
    public void ThrowIfAway()
    {
        Exception cause;
        lock (_lock)
        {
            if (_back is null)
                return;
            cause = _cause!;
        }

        throw StorageFailures.Describe(_endpoint, cause);
    }

    /// <inheritdoc/>
    public async Task<bool> WhenBackAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _back) is not { } back)
            return true;
        try
        {
            await back.Task.WaitAsync(limit, _time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A call was answered, if only with a refusal.</summary>
    public void Succeeded()
    {
        TaskCompletionSource? back;
        lock (_lock)
        {
            _failures = 0;
            if (_back is null || _hasLeft)
                return;
            (back, _back) = (_back, null);
            Volatile.Write(ref _away, new CancellationTokenSource());
        }

        _logger.Back(Address, _time.GetElapsedTime(_openedAt).TotalSeconds);
        back.TrySetResult();
    }

    /// <summary>A call was not answered, or with a failure of the service.</summary>
    public void Failed(Exception cause) => Failed(cause, isCertain: false);

    /// <summary>Somebody has made sure that storage is away.</summary>
    public void FoundAway(Exception cause) => Failed(cause, isCertain: true);

    /// <summary>Somebody has waited in vain for as long as he could: a probe, which waits for longer, is to say whether storage is away.</summary>
    public void Doubt()
    {
        lock (_lock)
        {
            if (_back is null && !_end.IsCancellationRequested)
                Ask();
        }
    }

    /// <summary>The store is no longer one for this process, though storage answers: for it storage is away from now on and for good.</summary>
    /// <returns>Whether that is new.</returns>
    public bool Leave(StorageUnavailableException cause)
    {
        CancellationTokenSource away;
        lock (_lock)
        {
            if (_hasLeft)
                return false;
            _hasLeft = true;
            _cause = cause;
            _back ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            away = _away;
        }

        _ = away.CancelAsync();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _end.Cancel();

    private string Address => _endpoint.GetLeftPart(UriPartial.Path);

    private void Failed(Exception cause, bool isCertain)
    {
        CancellationTokenSource away;
        TaskCompletionSource outage;
        lock (_lock)
        {
            if (_hasLeft)
                return;
            _cause = cause;
            if (_failures++ == 0)
                _firstFailure = _time.GetTimestamp();
            var isSlow = _failures >= SlowFailuresInARow && _time.GetElapsedTime(_firstFailure) >= SlowSpan;
            if (_back is not null || !(isCertain || isSlow || _failures >= FailuresInARow) || _end.IsCancellationRequested)
                return;
            if (!isCertain && IsAnswer(cause))
            {
                Ask();
                return;
            }

            _back = outage = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _openedAt = _time.GetTimestamp();
            away = _away;
        }

        _logger.Away(cause, Address, _failures);
        _ = away.CancelAsync();
        Detached.Run(() => ProbeAsync(outage));
    }

    private static bool IsAnswer(Exception cause) => cause is RequestFailedException { Status: > 0 };

    /// <summary>Asks whether it is storage as a whole that fails. Under the lock.</summary>
    private void Ask()
    {
        if (!_isAsking)
            Detached.Run(AskAsync);
        _isAsking = true;
    }

    private async Task AskAsync()
    {
        try
        {
            await _probe(_end.Token);
            Succeeded();
        }
        catch (Exception exception)
        {
            FoundAway(exception);
        }
        finally
        {
            lock (_lock)
                _isAsking = false;
        }
    }

    /// <summary>Probes until that outage is over; another that begins while we pause has its own.</summary>
    private async Task ProbeAsync(TaskCompletionSource outage)
    {
        try
        {
            for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
            {
                await Task.Delay(WithJitter(pause), _time, _end.Token);
                if (_hasLeft || Volatile.Read(ref _back) != outage)
                    return;
                try
                {
                    await _probe(_end.Token);
                    Succeeded();
                }
                catch (Exception exception) when (!_end.IsCancellationRequested)
                {
                    Failed(exception);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    /// <summary>So that many processes do not come back all at once.</summary>
    private TimeSpan WithJitter(TimeSpan pause)
    {
        Span<byte> chance = stackalloc byte[1];
        _random.Fill(chance);
        return pause * (1 + (chance[0] / 1024.0));
    }
}
