using Microsoft.ApplicationInsights.Extensibility;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Telemetry;

/// <summary>Registers what is sent to Application Insights.</summary>
internal static class ApplicationInsightsServices
{
    /// <summary>The setting without which nothing is.</summary>
    public const string ConnectionStringKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>
    /// Adds logs, requests and outbound calls, which Microsoft's packages see to, and the app's own metrics and spans, which they know nothing of. Without a
    /// connection string nothing: it would be gathered and thrown away. A token for ingestion, if <c>APPLICATIONINSIGHTS_AUTHENTICATION_STRING</c> wants one, is
    /// the platform's part.
    /// </summary>
    public static IServiceCollection AddApplicationInsights(this IServiceCollection services, IConfiguration configuration)
    {
        if (string.IsNullOrEmpty(configuration[ConnectionStringKey]))
            return services;

        services.AddSingleton<ITelemetryInitializer, QueryRemover>().AddApplicationInsightsTelemetryWorkerService().ConfigureFunctionsApplicationInsights();
        services.AddHostedService<SpanForwarder>();
        services.AddHostedService<MetricForwarder>();
        return services;
    }
}
