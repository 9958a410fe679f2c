namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the trigger tells about one invocation.</summary>
public abstract class BindingContext
{
    /// <summary>Values by name, without regard to case. What is not text is the JSON text of the value, as on the real platform.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}
