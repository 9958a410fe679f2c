using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Entities;

/// <summary>
/// Signals the sums of <see cref="AgentCounters"/> to the agents' entities, every few seconds and when the process is asked to end.
/// </summary>
internal sealed partial class AgentReporter : BackgroundService, IHostedLifecycleService
{
    /// <summary>Time between reports of an agent.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly AgentCounters _counters;
    private readonly DurableClientSlot _slot;
    private readonly TimeProvider _time;
    private readonly ILogger<AgentReporter> _logger;
    private volatile bool _isStopping;

    public AgentReporter(AgentCounters counters, DurableClientSlot slot, TimeProvider time, ILogger<AgentReporter> logger)
    {
        _counters = counters;
        _slot = slot;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reports what there is before anything stops: once the host stops, the durable client may be gone before us.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(StopLimit, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await ReportAsync(linked.Token);
        _isStopping = true;
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what there is to report; what does not arrive is sent again the next time.</summary>
    internal async Task ReportAsync(CancellationToken cancellationToken)
    {
        if (_slot.Client is not { } client)
            return;

        foreach (var agent in _counters.AgentsWithNews())
        {
            try
            {
                await ReportAsync(client, agent, cancellationToken);
            }
            catch (Exception) when (_isStopping)
            {
                // The durable client has stopped before us, as it may.
                LogNotCounted(agent);
                return;
            }
            catch (Exception exception)
            {
                LogNotReported(exception, agent);
                return;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await ReportAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The process ends; what there was to report is sent already.
        }
    }

    private async Task ReportAsync(DurableTaskClient client, string agent, CancellationToken cancellationToken)
    {
        if (!_counters.TryTake(agent, _time.GetUtcNow(), out var report))
            return;

        var message = new AgentReportMessage(report.Source, report.Sequence, report.At.UtcTicks, report.Started, report.Succeeded, report.Failed, report.Cancelled);
        await client.Entities.SignalEntityAsync(AgentEntity.IdOf(agent), nameof(AgentEntity.Record), message, options: null, cancellationToken);
        _counters.Confirm(agent);
    }
}
