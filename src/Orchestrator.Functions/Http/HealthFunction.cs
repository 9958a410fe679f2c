using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Orchestrator.Errors;
using Orchestrator.Storage;

namespace Orchestrator.Functions.Http;

/// <summary>The route that says how the app is.</summary>
public sealed class HealthFunction
{
    private static readonly string Version =
        typeof(HealthFunction).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private readonly StorageCheck _storage;

    /// <summary>Creates the function.</summary>
    public HealthFunction(StorageCheck storage) => _storage = storage;

    /// <summary>200 when the app can take and do tasks, else 503; the body says what is wrong.</summary>
    [Function(nameof(GetHealth))]
    public async Task<IActionResult> GetHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var storage = await CheckStorageAsync(cancellationToken);
        var checks = new Dictionary<string, HealthCheckView>(StringComparer.Ordinal) { ["storage"] = storage };
        return new JsonAnswer<HealthView>(new HealthView(storage.Status, checks, Version), ApiJson.Api.HealthView)
        {
            Status = storage.Status == HealthStatus.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable,
        };
    }

    private async Task<HealthCheckView> CheckStorageAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _storage.CheckAsync(cancellationToken);
            return new HealthCheckView(HealthStatus.Healthy, Detail: null);
        }
        catch (StorageUnavailableException exception)
        {
            return new HealthCheckView(HealthStatus.Unhealthy, exception.Message);
        }
    }
}
