using Microsoft.Extensions.Logging;
using Orchestrator.Tasks;

namespace Orchestrator.Functions.Activities;

/// <summary>
/// Renews an attempt's lease while the agent works, and stops the agent when the task is to be cancelled or the lease is lost. Holds
/// the newest version of the task, which the outcome is decided on.
/// </summary>
internal sealed partial class LeaseKeeper : IAsyncDisposable
{
    private readonly TaskLifecycle _lifecycle;
    private readonly AttemptLease _lease;
    private readonly AttemptHolder _holder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _renewing;

    /// <summary>Begins to renew.</summary>
    /// <param name="task">The task as the claim left it.</param>
    public LeaseKeeper(TaskLifecycle lifecycle, StoredTask task, AttemptLease lease, AttemptHolder holder, TimeProvider time, ILogger logger)
    {
        _lifecycle = lifecycle;
        _lease = lease;
        _holder = holder;
        _time = time;
        _logger = logger;
        Task = task;
        _renewing = RenewAsync();
    }

    /// <summary>The task as it was last read or written here; settled once this is disposed.</summary>
    public StoredTask Task { get; private set; }

    /// <summary>Ends the renewing; the lease then runs out by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewing;
        _end.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_lease.Duration / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
                await RenewOnceAsync();
        }
        catch (OperationCanceledException)
        {
            // The agent is done.
        }
    }

    private async Task RenewOnceAsync()
    {
        try
        {
            if (await _lifecycle.RenewAsync(Task, _lease, _end.Token) is not { } renewed)
            {
                LogLost(Task.Record.Id, _lease.Number, _lease.Epoch);
                _holder.Stop();
                return;
            }

            Task = renewed;
            if (renewed.Record.CancelRequested)
                _holder.Stop();
        }
        catch (Exception exception) when (!_end.IsCancellationRequested)
        {
            // Storage may be back in time. If not, another process takes over, and our late outcome is refused.
            LogNotRenewed(exception, Task.Record.Id, _lease.Number);
        }
    }
}
