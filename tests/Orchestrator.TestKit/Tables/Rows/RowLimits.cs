namespace Orchestrator.TestKit.Tables.Rows;

/// <summary>What the service refuses to store. Source: "Understanding the Table service data model".</summary>
internal static class RowLimits
{
    private const int KeyLength = 512;
    private const int Columns = 252;
    private const int NameLength = 255;
    private const int StringLength = 32 * 1024;
    private const int BinaryLength = 64 * 1024;
    private const int RowSize = 1024 * 1024;

    private static readonly DateTimeOffset _firstTime = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <exception cref="TableRefusal">A key is missing, too long, or has a character that no key may have.</exception>
    public static RowKeys Checked(string? partitionKey, string? rowKey) =>
        new(CheckedKey("PartitionKey", partitionKey), CheckedKey("RowKey", rowKey));

    /// <exception cref="TableRefusal">The row is over a limit.</exception>
    public static void Check(RowKeys keys, IReadOnlyCollection<Column> columns)
    {
        if (columns.Count > Columns)
            throw TableRefusal.BadRequest("TooManyProperties", "The entity contains more properties than allowed. Each entity can include up to 252 properties to store data. Each entity also has 3 system properties.");

        foreach (var column in columns)
            Check(column);
        if (SizeOf(keys, columns) > RowSize)
            throw TableRefusal.BadRequest("EntityTooLarge", "The entity is larger than the maximum allowed size (1MB).");
    }

    private static string CheckedKey(string name, string? key)
    {
        if (key is null)
            throw TableRefusal.BadRequest("PropertiesNeedValue", "The values are not specified for all properties in the entity.");
        if (key.Length > KeyLength)
            throw TableRefusal.BadRequest("KeyValueTooLarge", "The specified key value is too large. Key values must not exceed 1KB (512 UTF-16 characters).");
        if (key.Any(c => c is '/' or '\\' or '#' or '?' || char.IsControl(c)))
            throw TableRefusal.OutOfRange($"The '{name}' parameter of value '{key}' is out of range.");
        return key;
    }

    private static void Check(Column column)
    {
        if (column.Name.Length > NameLength)
            throw TableRefusal.BadRequest("PropertyNameTooLong", "The property name exceeds the maximum allowed length (255).");
        if (!IsName(column.Name))
            throw TableRefusal.BadRequest("PropertyNameInvalid", "The property name is invalid.");
        if (column.Value is string { Length: > StringLength } or byte[] { Length: > BinaryLength })
            throw TableRefusal.BadRequest("PropertyValueTooLarge", "The property value exceeds the maximum allowed size (64KB). If the property value is a string, it is UTF-16 encoded and the maximum number of characters should be 32K or less.");
        if (column.Value is DateTimeOffset time && time < _firstTime)
            throw TableRefusal.OutOfRange($"The '{column.Name}' parameter of value '{time.UtcDateTime:MM/dd/yyyy HH:mm:ss}' is out of range.");
    }

    /// <summary>A C# identifier.</summary>
    private static bool IsName(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_') && name.All(c => char.IsLetterOrDigit(c) || c == '_');

    /// <summary>Bytes as the service counts them.</summary>
    private static int SizeOf(RowKeys keys, IEnumerable<Column> columns) =>
        4 + 2 * (keys.Partition.Length + keys.Row.Length) + columns.Sum(column => 8 + 2 * column.Name.Length + SizeOf(column.Value));

    private static int SizeOf(object value) => value switch
    {
        string text => 4 + 2 * text.Length,
        byte[] bytes => 4 + bytes.Length,
        bool => 1,
        int => 4,
        Guid => 16,
        _ => 8,
    };
}
