using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Functions.Audit;

/// <summary>What the audit holds, and for how long.</summary>
internal sealed class AuditOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Audit";

    /// <summary>How long entries are kept, in whole days (UTC). Keys that have been revoked or expired are kept as long after that.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00", ErrorMessage = "must be 1.00:00:00 to 3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(365);

    /// <summary>
    /// Whether submissions of tasks are entered too: a task's own row says who submitted it, and each entry costs two writes to storage, which is as much
    /// as a third of a small task.
    /// </summary>
    public bool Submissions { get; set; }
}
