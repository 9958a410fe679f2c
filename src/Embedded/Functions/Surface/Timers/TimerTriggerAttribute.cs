using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the function by the clock.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>A cron expression of five or six fields (seconds first) in UTC, or a time between runs (<c>hh:mm:ss</c>); <c>%name%</c> stands for a setting.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the function also runs when the host starts.</summary>
    public bool RunOnStartup { get; set; }

    /// <summary>Whether the time of the last run is kept, so that a run missed while the host was down is made up for. Not kept for schedules under a minute.</summary>
    public bool UseMonitor { get; set; } = true;
}
