namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>One own column of a row.</summary>
/// <param name="Value">A string, bool, int, long, double, DateTimeOffset in UTC, Guid or byte[].</param>
internal sealed record Column(string Name, ColumnType Type, object Value)
{
    /// <exception cref="NotSupportedException">Tables hold no such values.</exception>
    public static Column Of(string name, object value) => value switch
    {
        string => new(name, ColumnType.String, value),
        bool => new(name, ColumnType.Boolean, value),
        int => new(name, ColumnType.Int32, value),
        long => new(name, ColumnType.Int64, value),
        double => new(name, ColumnType.Double, value),
        DateTimeOffset time => new(name, ColumnType.DateTime, time.ToUniversalTime()),
        DateTime { Kind: DateTimeKind.Utc } time => new(name, ColumnType.DateTime, new DateTimeOffset(time)),
        Guid => new(name, ColumnType.Guid, value),
        byte[] => new(name, ColumnType.Binary, value),
        BinaryData bytes => new(name, ColumnType.Binary, bytes.ToArray()),
        _ => throw new NotSupportedException($"The property '{name}' has the type {value.GetType()}, which tables cannot hold."),
    };
}
