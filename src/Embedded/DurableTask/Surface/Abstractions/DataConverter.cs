namespace Microsoft.DurableTask;

/// <summary>Turns values into the texts that are stored, and back.</summary>
public abstract class DataConverter
{
    /// <returns>Null for null.</returns>
    public abstract string? Serialize(object? value);

    /// <returns>Null for null.</returns>
    public abstract object? Deserialize(string? data, Type targetType);

    /// <returns>The default of <typeparamref name="T"/> for null.</returns>
    public virtual T? Deserialize<T>(string? data) => (T?)(Deserialize(data, typeof(T)) ?? default(T));
}
