using System.ComponentModel.DataAnnotations;
using Orchestrator.Configuration;

namespace Orchestrator.Agents;

/// <summary>What holds for every agent of the program.</summary>
public sealed class AgentsOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Orchestrator:Agents";

    /// <summary>
    /// How long an agent that ignores its cancelled token is waited for after its deadline; then the attempt counts as timed out and whatever it still does is
    /// dropped.
    /// </summary>
    [Live]
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00", ErrorMessage = "must be 00:00:00 to 00:01:00")]
    public TimeSpan DeadlineGrace { get; set; } = TimeSpan.FromSeconds(5);
}
