namespace Microsoft.Azure.Functions.Worker;

public class ScheduleStatus
{
    /// <summary>The last run; the default value if there was none.</summary>
    public DateTime Last { get; set; }

    /// <summary>The next run, as expected when the status was written.</summary>
    public DateTime Next { get; set; }

    public DateTime LastUpdated { get; set; }
}
