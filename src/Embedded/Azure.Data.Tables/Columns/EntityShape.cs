using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json;

namespace Azure.Data.Tables.Columns;

/// <summary>
/// Which columns an entity type has, found by reflection once per type. Public properties are columns under their own name or the one that
/// <see cref="DataMemberAttribute"/> gives, but those with <see cref="IgnoreDataMemberAttribute"/>. A property with a getter is written, one with a setter is read.
/// </summary>
internal sealed class EntityShape
{
    private static readonly ConcurrentDictionary<Type, EntityShape> Known = new();

    private readonly EntityColumn[] _columns;

    private EntityShape(Type type)
    {
        if (type.IsValueType)
            throw new NotSupportedException($"The entity type {type} is a struct; entity types must be classes.");

        _columns = [.. Properties(type).Select(EntityColumn.Create)];
    }

    /// <exception cref="NotSupportedException">A property has a type that tables cannot hold.</exception>
    public static EntityShape Of(Type type) => Known.GetOrAdd(type, static t => new EntityShape(t));

    public void Write(EntityWriter writer, object entity)
    {
        foreach (var column in _columns)
        {
            if (!column.IsServiceSet)
                column.Write(writer, entity);
        }
    }

    /// <summary>Sets the properties from a JSON object whose start has been read. Columns without a property are passed over.</summary>
    public void Read(ref Utf8JsonReader reader, object entity)
    {
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var column = Find(ref reader, ref next);
            reader.Read();
            if (column is null)
                reader.Skip();
            else if (reader.TokenType == JsonTokenType.Null)
                column.Clear(entity);
            else
                column.Read(ref reader, entity);
        }
    }

    private static IEnumerable<(PropertyInfo Property, string Name)> Properties(Type type)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetIndexParameters().Length > 0 || property.IsDefined(typeof(IgnoreDataMemberAttribute), inherit: true))
                continue;

            var name = property.GetCustomAttribute<DataMemberAttribute>(inherit: true)?.Name ?? property.Name;
            if (seen.Add(name))
                yield return (property, name);
        }

        // An explicitly implemented interface has its key properties only there.
        foreach (var property in typeof(ITableEntity).GetProperties())
        {
            if (seen.Add(property.Name))
                yield return (property, property.Name);
        }
    }

    /// <summary>The service writes columns in the order it got them, so the one after the last is looked at first.</summary>
    private EntityColumn? Find(ref Utf8JsonReader reader, ref int next)
    {
        for (var i = 0; i < _columns.Length; i++)
        {
            var at = (next + i) % _columns.Length;
            if (!reader.ValueTextEquals(_columns[at].ReadName))
                continue;
            next = at + 1;
            return _columns[at];
        }

        return null;
    }
}
