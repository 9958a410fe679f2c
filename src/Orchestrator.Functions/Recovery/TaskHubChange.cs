using Orchestrator.Recovery;

namespace Orchestrator.Functions.Recovery;

/// <summary>
/// Knows whether the app has come to its task hub from another lately: a new release with a hub of its own, a rollback, another account. What was driven on the other is then taken
/// up here. Looked up once in a process, at its start, so that a process of the release before, which lives on for a while, does not change it back.
/// </summary>
public sealed class TaskHubChange(ITaskHubRecord record, TaskHubName hub, TimeProvider time) : IDisposable
{
    /// <summary>After so long what slept on the other hub, or sleeps here since an earlier stay, has been due.</summary>
    public static readonly TimeSpan Window = RecoveryDecisions.LongestSleep;

    private readonly SemaphoreSlim _turn = new(1);
    private bool _isKnown;
    private DateTimeOffset? _since;

    /// <summary>When the app came to this hub; null when that is long ago, or nobody knows of another.</summary>
    public async Task<DateTimeOffset?> FindAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_isKnown)
                (_since, _isKnown) = (await record.OpenAsync(hub.Text, time.GetUtcNow(), cancellationToken), true);
            if (_since + Window < time.GetUtcNow())
                _since = null;
            return _since;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
