namespace Azure.Data.Tables.Columns;

/// <summary>How the value of a dictionary's column may change: it keeps its type, and takes what fits into it without loss.</summary>
internal static class ValueConversion
{
    /// <exception cref="InvalidOperationException">The new value does not fit the old one's type.</exception>
    public static object Keep(object old, object value) => (old, value) switch
    {
        _ when old.GetType().IsInstanceOfType(value) => value,
        (int, long or double) => value,
        (long, int number) => (long)number,
        (double, int number) => (double)number,
        (DateTimeOffset, DateTime time) => new DateTimeOffset(time),
        (DateTime, DateTimeOffset time) => time.UtcDateTime,
        (string, DateTimeOffset or DateTime) => value,
        (byte[], BinaryData) or (BinaryData, byte[]) => value,
        _ => throw new InvalidOperationException($"Value ({old.GetType()}) {old} is not convertable to ({value.GetType()}) {value}."),
    };

    public static InvalidOperationException Mismatch(Type requested, object value) =>
        new($"Cannot return {requested} type for a {value.GetType()} typed property.");
}
