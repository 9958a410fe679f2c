namespace Orchestrator.Tasks;

/// <summary>Tells how long an attempt that somebody outside is to complete has been silent.</summary>
public static class AttemptSilence
{
    /// <summary>Time since the last report of a pending attempt, or since it was handed out; null where no sign of life is expected.</summary>
    /// <param name="stored">The task as it is stored now: what a process remembers may be of another lease.</param>
    public static async Task<TimeSpan?> SilentForAsync(this IAttemptStore attempts, StoredTask? stored, CancellationToken cancellationToken)
    {
        if (stored?.Record is not { HeartbeatTimeout: not null, Lease: { IsPending: true } lease })
            return null;

        var report = await attempts.GetReportAsync(stored.Record.Id, cancellationToken);
        return report is { Report: var last } && last.Attempt == lease.Number && last.Epoch == lease.Epoch && !(report.Age > stored.Age) ? report.Age : stored.Age;
    }
}
