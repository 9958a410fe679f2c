namespace Azure.Data.Tables.Columns;

/// <summary>The .NET types that can be columns.</summary>
internal static class ColumnTypes
{
    private static readonly Dictionary<Type, object> Known = new()
    {
        [typeof(string)] = new StringColumn(),
        [typeof(bool)] = new BooleanColumn(),
        [typeof(int)] = new Int32Column(),
        [typeof(long)] = new Int64Column(),
        [typeof(ulong)] = new UInt64Column(),
        [typeof(double)] = new DoubleColumn(),
        [typeof(Guid)] = new GuidColumn(),
        [typeof(DateTimeOffset)] = new DateTimeOffsetColumn(),
        [typeof(DateTime)] = new DateTimeColumn(),
        [typeof(byte[])] = new BinaryColumn(),
        [typeof(BinaryData)] = new BinaryDataColumn(),
        [typeof(ETag)] = new ETagColumn(),
    };

    public static ColumnType<T>? Of<T>() => (ColumnType<T>?)Of(typeof(T));

    private static object? Of(Type type)
    {
        if (Known.TryGetValue(type, out var known))
            return known;
        if (type.IsEnum)
            return Activator.CreateInstance(typeof(EnumColumn<>).MakeGenericType(type));
        return Nullable.GetUnderlyingType(type) is { } underlying && Of(underlying) is { } inner
            ? Activator.CreateInstance(typeof(NullableColumn<>).MakeGenericType(underlying), inner)
            : null;
    }
}
