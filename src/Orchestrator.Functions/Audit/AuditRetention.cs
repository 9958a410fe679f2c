using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Audit;

namespace Orchestrator.Functions.Audit;

/// <inheritdoc cref="IAuditRetention"/>
internal sealed partial class AuditRetention(IAuditStore audit, IApiKeyStore keys, TimeProvider time, IOptions<AuditOptions> options, ILogger<AuditRetention> logger) : IAuditRetention
{
    /// <summary>Entries that a request removes.</summary>
    public const int PerRequest = 1_000;

    /// <summary>Requests of a run: a million entries a day, more than a person can bring about.</summary>
    public const int RequestsPerRun = 50;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - options.Value.Retention;
        var removed = 0;
        for (var requests = 0; requests < RequestsPerRun; requests++)
        {
            var some = await audit.DeleteBeforeAsync(before, PerRequest, cancellationToken);
            removed += some;
            if (some < PerRequest)
                break;
        }

        var forgotten = await keys.DeleteEndedAsync(before, cancellationToken);
        if (removed + forgotten > 0)
            LogRemoved(removed, forgotten);
    }

    [LoggerMessage(4021, LogLevel.Information, "{Entries} entries of the audit and {Keys} API keys were over their time and are removed.")]
    private partial void LogRemoved(int entries, int keys);
}
