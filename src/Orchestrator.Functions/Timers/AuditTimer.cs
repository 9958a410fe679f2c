using Microsoft.Azure.Functions.Worker;
using Orchestrator.Functions.Audit;

namespace Orchestrator.Functions.Timers;

/// <summary>Removes what has been in the audit for long enough, and keys that came to their end as long ago.</summary>
public sealed class AuditTimer(IAuditRetention retention)
{
    /// <summary>Runs every hour: entries go by whole days, and nobody waits for it.</summary>
    [Function(nameof(RemoveOldAudit))]
    public Task RemoveOldAudit([TimerTrigger("10 7 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => retention.RunAsync(cancellationToken);
}
