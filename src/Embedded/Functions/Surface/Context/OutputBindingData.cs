namespace Microsoft.Azure.Functions.Worker;

/// <summary>An output of the function; middleware may replace its value after the function ran.</summary>
public abstract class OutputBindingData<T>
{
    public abstract string Name { get; }

    public abstract T? Value { get; set; }

    /// <summary>The kind of binding, such as <c>queue</c> or <c>http</c>.</summary>
    public abstract string BindingType { get; }
}
