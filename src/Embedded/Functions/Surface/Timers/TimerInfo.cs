namespace Microsoft.Azure.Functions.Worker;

public class TimerInfo
{
    /// <summary>Null where the schedule is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this run should have been earlier.</summary>
    public bool IsPastDue { get; set; }
}
