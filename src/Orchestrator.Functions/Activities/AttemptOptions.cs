using System.ComponentModel.DataAnnotations;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Activities;

/// <summary>How attempts are held on to.</summary>
public sealed class AttemptOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Attempts";

    /// <summary>
    /// How long an attempt is left alone after its process was last heard of. It is renewed at a third of it, so an attempt shorter than that costs no
    /// renewal. Attempts under way keep theirs.
    /// </summary>
    [Live]
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00", ErrorMessage = "must be 00:00:05 to 00:10:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a second delivery of an attempt waits for the first to end before it hands back to its orchestration; 5 s at most for one in another process.</summary>
    [Live]
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "must be 00:00:01 to 00:05:00")]
    public TimeSpan HeldWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an outcome is kept and tried to be written while storage is away. After that the attempt is made again.</summary>
    [Live]
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00", ErrorMessage = "must be 00:00:00 to 00:05:00")]
    public TimeSpan OutcomeWait { get; set; } = TimeSpan.FromMinutes(2);
}
