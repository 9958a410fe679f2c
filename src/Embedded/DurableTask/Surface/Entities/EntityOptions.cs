namespace Microsoft.DurableTask.Entities;

/// <summary>How an entity is called; there is nothing to choose yet.</summary>
public record CallEntityOptions;

/// <summary>How an entity is signalled.</summary>
public record SignalEntityOptions
{
    /// <summary>Not to be delivered before; null for at once.</summary>
    public DateTimeOffset? SignalTime { get; init; }

    public static implicit operator SignalEntityOptions(DateTimeOffset value) => new() { SignalTime = value };
}
