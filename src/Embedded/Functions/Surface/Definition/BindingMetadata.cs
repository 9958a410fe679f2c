namespace Microsoft.Azure.Functions.Worker;

public abstract class BindingMetadata
{
    public abstract string Name { get; }

    /// <summary>The kind of binding, such as <c>httpTrigger</c> or <c>queue</c>.</summary>
    public abstract string Type { get; }

    public abstract BindingDirection Direction { get; }
}
