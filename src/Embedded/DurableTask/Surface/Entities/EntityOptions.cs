namespace Microsoft.DurableTask.Entities;

/// <summary>How an entity is called; there is nothing to choose yet.</summary>
public record CallEntityOptions;

/// <summary>How an entity is signalled.</summary>
public record SignalEntityOptions
{
    /// <summary>Not to be delivered before; null for at once.</summary>
    public DateTimeOffset? SignalTime { get; init; }

    /// <remarks>
    /// Because of it, a plain <see langword="bool"/> behind the name of an operation is taken for options instead of the input, here as
    /// with the real package: write <c>input: true</c>.
    /// </remarks>
    public static implicit operator SignalEntityOptions?(bool? value) => value is true ? new() : null;

    public static implicit operator SignalEntityOptions(DateTimeOffset value) => new() { SignalTime = value };
}
