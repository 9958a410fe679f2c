using Microsoft.ApplicationInsights.Channel;
using Microsoft.ApplicationInsights.DataContracts;
using Microsoft.ApplicationInsights.Extensibility;

namespace Orchestrator.Functions.Startup;

/// <summary>Takes the queries of addresses out of what is told of outbound calls: secrets stand there.</summary>
internal sealed class QueryRemover : ITelemetryInitializer
{
    public void Initialize(ITelemetry telemetry)
    {
        if (telemetry is DependencyTelemetry { Data: { } data } call && data.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query && data.Contains("://", StringComparison.Ordinal))
            call.Data = data[..query];
    }
}
