using System.ComponentModel.DataAnnotations;
using Orchestrator.Configuration;

namespace Orchestrator.Retention;

/// <summary>How long tasks are kept after their end, where their type does not say, and dead letters after they were given up.</summary>
/// <remarks>Counts for everything that is there, whenever it ended.</remarks>
public sealed class RetentionOptions
{
    /// <summary>Where these stand in the configuration.</summary>
    public const string SectionName = "Orchestrator:Retention";

    private const string Least = "00:01:00";
    private const string Most = "3650.00:00:00";
    private const string Rule = "must be 00:01:00 to 3650.00:00:00";

    /// <summary>How long tasks that succeeded are kept after their end.</summary>
    [Live]
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = Rule)]
    public TimeSpan Succeeded { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long tasks that failed are kept.</summary>
    [Live]
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = Rule)]
    public TimeSpan Failed { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long tasks that were cancelled are kept.</summary>
    [Live]
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = Rule)]
    public TimeSpan Cancelled { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long tasks that expired are kept.</summary>
    [Live]
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = Rule)]
    public TimeSpan Expired { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long <see href="../operations/dead-letters.md">dead letters</see> are kept, counted from when they were given up.</summary>
    [Live]
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = Rule)]
    public TimeSpan DeadLetters { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Most tasks that a run of the timer, every 30 s, removes.</summary>
    [Live]
    [Range(1, 10_000, ErrorMessage = "must be 1 to 10000")]
    public int TasksPerRun { get; set; } = 1_000;

    /// <summary>These times by state.</summary>
    public TaskRetention Times => new(Succeeded, Failed, Cancelled, Expired);
}
