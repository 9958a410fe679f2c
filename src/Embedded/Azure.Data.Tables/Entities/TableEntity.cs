using System.Collections;
using Azure.Data.Tables.Columns;

namespace Azure.Data.Tables;

/// <summary>
/// A row as a dictionary from column to value, for tables whose rows differ and for updates of single columns. Keys, timestamp and version are entries too, the
/// version under <c>odata.etag</c>. Values read are <see cref="string"/>, <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="double"/>,
/// <see cref="DateTimeOffset"/>, <see cref="Guid"/> or a byte array.
/// </summary>
public sealed class TableEntity : ITableEntity, IDictionary<string, object>
{
    private const string VersionColumn = "odata.etag";

    public TableEntity()
    {
        Columns = new Dictionary<string, object?>(StringComparer.Ordinal);
    }

    public TableEntity(string partitionKey, string rowKey)
        : this()
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    /// <summary>An entity with a copy of the given columns.</summary>
    public TableEntity(IDictionary<string, object> values)
    {
        Columns = values is null ? new Dictionary<string, object?>(StringComparer.Ordinal) : new Dictionary<string, object?>(values!, StringComparer.Ordinal);
    }

    public string PartitionKey
    {
        get => GetString(nameof(PartitionKey))!;
        set => Columns[nameof(PartitionKey)] = value;
    }

    public string RowKey
    {
        get => GetString(nameof(RowKey))!;
        set => Columns[nameof(RowKey)] = value;
    }

    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(nameof(Timestamp));
        set => Columns[nameof(Timestamp)] = value;
    }

    public ETag ETag
    {
        get => GetString(VersionColumn) is { } version ? new ETag(version) : default;
        set => Columns[VersionColumn] = value.ToString();
    }

    public int Count => Columns.Count;

    public ICollection<string> Keys => Columns.Keys;

    ICollection<object> IDictionary<string, object>.Values => Columns.Values!;

    bool ICollection<KeyValuePair<string, object>>.IsReadOnly => false;

    internal Dictionary<string, object?> Columns { get; }

    /// <summary>The value of a column, null when there is none.</summary>
    /// <remarks>Setting keeps the type that the column has: an int for a long or a double becomes one.</remarks>
    /// <exception cref="InvalidOperationException">Set: the column has a value of another type, which the new one cannot take.</exception>
    public object this[string key]
    {
        get => Get(key)!;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            Columns[key] = value is not null && Columns.TryGetValue(key, out var old) && old is not null ? ValueConversion.Keep(old, value) : value;
        }
    }

    public string? GetString(string key) => Get(key) switch
    {
        null => null,
        string text => text,
        var other => throw ValueConversion.Mismatch(typeof(string), other),
    };

    public BinaryData? GetBinaryData(string key) => Get(key) switch
    {
        null => null,
        BinaryData data => data,
        byte[] bytes => new BinaryData(bytes),
        var other => throw ValueConversion.Mismatch(typeof(BinaryData), other),
    };

    public byte[]? GetBinary(string key) => Get(key) switch
    {
        null => null,
        byte[] bytes => bytes,
        BinaryData data => data.ToArray(),
        var other => throw ValueConversion.Mismatch(typeof(byte[]), other),
    };

    public bool? GetBoolean(string key) => Get<bool>(key);

    /// <summary>The value in UTC.</summary>
    public DateTime? GetDateTime(string key) => Get(key) switch
    {
        null => null,
        DateTimeOffset time => time.UtcDateTime,
        DateTime time => time,
        var other => throw ValueConversion.Mismatch(typeof(DateTime?), other),
    };

    public DateTimeOffset? GetDateTimeOffset(string key) => Get(key) switch
    {
        null => null,
        DateTimeOffset time => time,
        DateTime time => new DateTimeOffset(time),
        var other => throw ValueConversion.Mismatch(typeof(DateTimeOffset?), other),
    };

    public double? GetDouble(string key) => Get<double>(key);

    public Guid? GetGuid(string key) => Get<Guid>(key);

    public int? GetInt32(string key) => Get<int>(key);

    public long? GetInt64(string key) => Get<long>(key);

    /// <inheritdoc cref="this[string]"/>
    public void Add(string key, object value) => Columns.Add(key, value);

    public bool ContainsKey(string key) => Columns.ContainsKey(key);

    public bool Remove(string key) => Columns.Remove(key);

    public bool TryGetValue(string key, out object value) => Columns.TryGetValue(key, out value!);

    public void Clear() => Columns.Clear();

    void ICollection<KeyValuePair<string, object>>.Add(KeyValuePair<string, object> item) => Add(item.Key, item.Value);

    bool ICollection<KeyValuePair<string, object>>.Contains(KeyValuePair<string, object> item) =>
        ((ICollection<KeyValuePair<string, object?>>)Columns).Contains(item!);

    void ICollection<KeyValuePair<string, object>>.CopyTo(KeyValuePair<string, object>[] array, int arrayIndex) =>
        ((ICollection<KeyValuePair<string, object?>>)Columns).CopyTo(array!, arrayIndex);

    bool ICollection<KeyValuePair<string, object>>.Remove(KeyValuePair<string, object> item) =>
        ((ICollection<KeyValuePair<string, object?>>)Columns).Remove(item!);

    IEnumerator<KeyValuePair<string, object>> IEnumerable<KeyValuePair<string, object>>.GetEnumerator() =>
        ((IEnumerable<KeyValuePair<string, object>>)Columns!).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Columns.GetEnumerator();

    private object? Get(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return Columns.GetValueOrDefault(key);
    }

    private T? Get<T>(string key)
        where T : struct => Get(key) switch
        {
            null => null,
            T value => value,
            var other => throw ValueConversion.Mismatch(typeof(T?), other),
        };
}
