using Orchestrator.Availability;
using Orchestrator.Errors;

namespace Orchestrator.Functions.Tests.Fakes;

/// <summary>A storage that is away when the test says so.</summary>
internal sealed class MemoryAvailability(TimeProvider time) : IStorageAvailability
{
    private CancellationTokenSource _away = new();
    private TaskCompletionSource? _back;

    public bool IsAway => _back is not null;

    public CancellationToken Away => _away.Token;

    /// <summary>How often somebody has waited for it to be back.</summary>
    public int Waits { get; private set; }

    public void ThrowIfAway()
    {
        if (IsAway)
            throw new StorageUnavailableException(new Uri("http://127.0.0.1:1"), "Storage is away.");
    }

    public async Task<bool> WhenBackAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (_back is not { } back)
            return true;
        Waits++;
        try
        {
            await back.Task.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void GoAway()
    {
        _back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _away.Cancel();
    }

    public void ComeBack()
    {
        _away = new CancellationTokenSource();
        _back!.SetResult();
        _back = null;
    }
}
