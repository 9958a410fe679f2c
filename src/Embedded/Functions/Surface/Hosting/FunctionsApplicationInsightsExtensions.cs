using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionsApplicationInsightsExtensions
{
    /// <summary>
    /// On the real platform ties the worker's telemetry to the host's. Here host and worker are one process, so
    /// the app's own telemetry is complete as it is.
    /// </summary>
    public static IServiceCollection ConfigureFunctionsApplicationInsights(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services;
    }
}
