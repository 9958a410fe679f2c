namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts over.</summary>
public class ContinueAsNewOptions
{
    public object? NewInput { get; set; }

    /// <summary>Whether events that have arrived and were not awaited are given to the next execution.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>Null or white space keeps the version.</summary>
    public string? NewVersion { get; set; }
}
