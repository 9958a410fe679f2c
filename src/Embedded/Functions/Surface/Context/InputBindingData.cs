namespace Microsoft.Azure.Functions.Worker;

/// <summary>An input of the function; middleware may replace its value before the function runs.</summary>
public abstract class InputBindingData<T>
{
    public abstract BindingMetadata BindingMetadata { get; }

    public abstract T? Value { get; set; }
}
