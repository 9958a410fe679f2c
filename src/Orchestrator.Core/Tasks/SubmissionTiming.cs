namespace Orchestrator.Tasks;

/// <summary>When a submission is to begin, and for how long its key stands.</summary>
internal sealed record SubmissionTiming(TimeSpan? Delay, DateTimeOffset? StartAt, string IdempotencyScope, TimeSpan IdempotencyLifetime)
{
    /// <summary>Longest scope, in characters: with the key it must fit into a row key.</summary>
    private const int ScopeLength = 50;

    public static SubmissionTiming Read(SubmissionFields fields, DateTimeOffset now)
    {
        var delay = fields.TakeDuration("delay", TimeSpan.Zero, TaskLimits.LongestDelay);
        var startAt = fields.TakeTime("startAt");
        if (delay is not null && startAt is not null)
            fields.Faults.Add(new Fault("/startAt", "There is a delay too; give one of them."));
        if (startAt > now + TaskLimits.LongestDelay)
            fields.Faults.Add(new Fault("/startAt", $"It is more than {TaskLimits.LongestDelay.TotalDays} days ahead."));

        var scope = fields.TakeKey("idempotencyScope", 0, ScopeLength) ?? "";
        var lifetime = fields.TakeDuration("idempotencyLifetime", TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)) ?? TaskLimits.IdempotencyLifetime;
        return new SubmissionTiming(delay, startAt, scope, lifetime);
    }
}
