using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Availability;
using Orchestrator.Errors;
using Orchestrator.Functions.Stats;
using Orchestrator.Storage;

namespace Orchestrator.Functions.Health;

/// <summary>
/// Whether the app can take and do tasks: it has started, storage answers, the store is of this release, and the task hub works. However many ask, it is looked at
/// most once a second, for anyone may ask.
/// </summary>
public sealed partial class Readiness
{
    /// <summary>For how long an answer is given out.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

    /// <summary>How long a check may take: a load balancer does not wait for long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    private readonly StorageCheck _storage;
    private readonly IStorageAvailability _availability;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger<Readiness> _logger;
    private readonly Snapshot<IReadOnlyDictionary<string, HealthCheckView>> _snapshot;

    /// <summary>Creates the check.</summary>
    public Readiness(StorageCheck storage, IStorageAvailability availability, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Readiness> logger)
    {
        _storage = storage;
        _availability = availability;
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
        _snapshot = new Snapshot<IReadOnlyDictionary<string, HealthCheckView>>(Age, time);
    }

    /// <summary>The checks by name.</summary>
    internal async Task<IReadOnlyDictionary<string, HealthCheckView>> CheckAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var checks = new Dictionary<string, HealthCheckView>(await _snapshot.GetAsync(() => CheckAllAsync(client), cancellationToken), StringComparer.Ordinal)
        {
            ["host"] = CheckHost(),
        };
        return checks;
    }

    private HealthCheckView CheckHost() => _lifetime.ApplicationStopping.IsCancellationRequested
        ? Unhealthy("stopping", "The app is about to end.")
        : _lifetime.ApplicationStarted.IsCancellationRequested ? HealthCheckView.Healthy : Unhealthy("starting", "The app has not started yet.");

    private async Task<IReadOnlyDictionary<string, HealthCheckView>> CheckAllAsync(DurableTaskClient client)
    {
        var storage = CheckStorageAsync();
        var hub = CheckHubAsync(client);
        return new Dictionary<string, HealthCheckView>(StringComparer.Ordinal) { ["storage"] = await storage, ["hub"] = await hub };
    }

    private async Task<HealthCheckView> CheckStorageAsync()
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        try
        {
            await _storage.CheckAsync(limit.Token);
            return HealthCheckView.Healthy;
        }
        catch (StorageUnavailableException exception)
        {
            LogUnhealthy(exception.Message);
            return Unhealthy(exception.Reason, "Storage does not work for the app.");
        }
        catch (StoreSchemaException exception)
        {
            LogUnhealthy(exception.Message);
            return Unhealthy(exception.Code, "The store is of a newer release.");
        }
        catch (OperationCanceledException)
        {
            return Unhealthy("storage_unreachable", "Storage does not work for the app.");
        }
    }

    /// <summary>Asked for an orchestration that there is not, the hub answers only while it is ours and its storage is there.</summary>
    private async Task<HealthCheckView> CheckHubAsync(DurableTaskClient client)
    {
        using var late = new CancellationTokenSource(Limit, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _availability.Away);
        try
        {
            await client.GetInstanceAsync("health", getInputsAndOutputs: false, limit.Token).WaitAsync(limit.Token);
            return HealthCheckView.Healthy;
        }
        catch (Exception exception)
        {
            // Whatever it is thrown as by this or that back end.
            LogUnhealthy(exception.Message);
            return Unhealthy("hub_unavailable", "The task hub does not answer.");
        }
    }

    private static HealthCheckView Unhealthy(string code, string detail) => new(HealthStatus.Unhealthy, code, detail);

    [LoggerMessage(4640, LogLevel.Debug, "Not ready: {Reason}")]
    private partial void LogUnhealthy(string reason);
}
