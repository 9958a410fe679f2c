namespace Orchestrator.Functions.Audit;

/// <summary>Removes what is over its time.</summary>
public interface IAuditRetention
{
    /// <summary>Runs once, for all there is up to a bound; the next run takes the rest.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
