using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Orchestrator.Functions.Health;

namespace Orchestrator.Functions.Http;

/// <summary>The routes that say how the app is. Anyone may ask, so they name what is wrong by codes and nothing of how the app is set up; the log has more.</summary>
public sealed class HealthFunctions
{
    private static readonly string Version =
        typeof(HealthFunctions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly Readiness _readiness;

    /// <summary>Creates the functions.</summary>
    public HealthFunctions(Readiness readiness) => _readiness = readiness;

    /// <summary>200 when the app can take and do tasks, else 503; the body says what is wrong.</summary>
    [Function(nameof(GetHealth))]
    public Task<IActionResult> GetHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => AnswerAsync(client, cancellationToken);

    /// <summary>The same, by the name that load balancers know: do not send requests here while it says 503.</summary>
    [Function(nameof(GetReadiness))]
    public Task<IActionResult> GetReadiness(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => AnswerAsync(client, cancellationToken);

    /// <summary>200 while the process answers at all; it asks nobody else. To be started anew when it does not.</summary>
    [Function(nameof(GetLiveness))]
    public IActionResult GetLiveness([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        Answer(new HealthView(HealthStatus.Healthy, new Dictionary<string, HealthCheckView>(StringComparer.Ordinal), Version));

    private async Task<IActionResult> AnswerAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var checks = await _readiness.CheckAsync(client, cancellationToken);
        var status = checks.Values.All(check => check.Status == HealthStatus.Healthy) ? HealthStatus.Healthy : HealthStatus.Unhealthy;
        return Answer(new HealthView(status, checks, Version));
    }

    private static JsonAnswer<HealthView> Answer(HealthView view) => new(view, ApiJson.Api.HealthView)
    {
        Status = view.Status == HealthStatus.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
        RetryAfter = view.Status == HealthStatus.Healthy ? null : TimeSpan.FromSeconds(5),
    };
}
