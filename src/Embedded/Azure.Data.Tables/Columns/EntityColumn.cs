using System.Reflection;
using System.Text.Json;

namespace Azure.Data.Tables.Columns;

/// <summary>One property of an entity type as a column.</summary>
internal abstract class EntityColumn(ColumnName name)
{
    protected ColumnName Name { get; } = name;

    /// <summary>Whether the column stands in answers alone: the key columns are written before all others, timestamp and version never.</summary>
    public bool IsServiceSet { get; } = name.IsSystem || name.Text == "ETag";

    /// <summary>The name the column has in answers.</summary>
    public byte[] ReadName { get; } = name.Text == "ETag" ? "odata.etag"u8.ToArray() : name.Utf8;

    public static EntityColumn Create((PropertyInfo Property, string Name) column) =>
        (EntityColumn)Activator.CreateInstance(
            typeof(EntityColumn<,>).MakeGenericType(column.Property.DeclaringType!, column.Property.PropertyType),
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions,
            binder: null,
            [column.Property, ColumnNames.Of(column.Name)],
            culture: null)!;

    public abstract void Write(EntityWriter writer, object entity);

    public abstract void Read(ref Utf8JsonReader reader, object entity);

    public abstract void Clear(object entity);
}

/// <summary>Calls the property's own accessors, without reflection and without boxing.</summary>
internal sealed class EntityColumn<TEntity, TValue> : EntityColumn
    where TEntity : class
{
    private readonly Func<TEntity, TValue>? _get;
    private readonly Action<TEntity, TValue?>? _set;
    private readonly ColumnType<TValue> _type;
    private readonly PropertyInfo _property;

    public EntityColumn(PropertyInfo property, ColumnName name)
        : base(name)
    {
        _property = property;
        _get = property.GetGetMethod() is { } getter ? getter.CreateDelegate<Func<TEntity, TValue>>() : null;
        _set = property.GetSetMethod() is { } setter ? setter.CreateDelegate<Action<TEntity, TValue?>>() : null;
        _type = ColumnTypes.Of<TValue>()
            ?? throw new NotSupportedException($"The property {property.DeclaringType}.{property.Name} has the type {property.PropertyType}, which tables cannot hold; mark it with [IgnoreDataMember].");
    }

    public override void Write(EntityWriter writer, object entity)
    {
        if (_get is not null && _get((TEntity)entity) is { } value)
            _type.Write(writer, Name, value);
    }

    public override void Read(ref Utf8JsonReader reader, object entity)
    {
        if (_set is null)
        {
            reader.Skip();
            return;
        }

        TValue value;
        try
        {
            value = _type.Read(ref reader);
        }
        catch (Exception mismatch) when (mismatch is InvalidOperationException or FormatException)
        {
            throw new InvalidOperationException(
                $"The column '{Name.Text}' holds a JSON {reader.TokenType}, which {_property.DeclaringType}.{_property.Name} of type {_property.PropertyType} cannot take.", mismatch);
        }

        _set((TEntity)entity, value);
    }

    public override void Clear(object entity) => _set?.Invoke((TEntity)entity, default);
}
