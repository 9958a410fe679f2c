using System.Text.Json;

namespace Azure.Data.Tables.Columns;

/// <summary>How values of one .NET type stand in a column.</summary>
internal abstract class ColumnType<T>
{
    public abstract void Write(EntityWriter writer, ColumnName name, T value);

    /// <summary>Reads the value at which the reader stands; never called for null.</summary>
    /// <exception cref="InvalidOperationException">The column holds something that is no <typeparamref name="T"/>.</exception>
    /// <exception cref="FormatException">Likewise.</exception>
    public abstract T Read(ref Utf8JsonReader reader);
}

internal sealed class StringColumn : ColumnType<string>
{
    public override void Write(EntityWriter writer, ColumnName name, string value) => writer.WriteString(name, value);

    public override string Read(ref Utf8JsonReader reader) => reader.GetString()!;
}

internal sealed class BooleanColumn : ColumnType<bool>
{
    public override void Write(EntityWriter writer, ColumnName name, bool value) => writer.WriteBoolean(name, value);

    public override bool Read(ref Utf8JsonReader reader) => reader.GetBoolean();
}

internal sealed class Int32Column : ColumnType<int>
{
    public override void Write(EntityWriter writer, ColumnName name, int value) => writer.WriteInt32(name, value);

    public override int Read(ref Utf8JsonReader reader) => reader.GetInt32();
}

internal sealed class Int64Column : ColumnType<long>
{
    public override void Write(EntityWriter writer, ColumnName name, long value) => writer.WriteInt64(name, value);

    public override long Read(ref Utf8JsonReader reader) => JsonValues.ReadInt64(ref reader);
}

internal sealed class UInt64Column : ColumnType<ulong>
{
    public override void Write(EntityWriter writer, ColumnName name, ulong value) => writer.WriteInt64(name, checked((long)value));

    public override ulong Read(ref Utf8JsonReader reader) => checked((ulong)JsonValues.ReadInt64(ref reader));
}

internal sealed class DoubleColumn : ColumnType<double>
{
    public override void Write(EntityWriter writer, ColumnName name, double value) => writer.WriteDouble(name, value);

    public override double Read(ref Utf8JsonReader reader) => JsonValues.ReadDouble(ref reader);
}

internal sealed class GuidColumn : ColumnType<Guid>
{
    public override void Write(EntityWriter writer, ColumnName name, Guid value) => writer.WriteGuid(name, value);

    public override Guid Read(ref Utf8JsonReader reader) => reader.GetGuid();
}

internal sealed class DateTimeOffsetColumn : ColumnType<DateTimeOffset>
{
    public override void Write(EntityWriter writer, ColumnName name, DateTimeOffset value) => writer.WriteDateTime(name, value);

    public override DateTimeOffset Read(ref Utf8JsonReader reader) => reader.GetDateTimeOffset();
}

internal sealed class DateTimeColumn : ColumnType<DateTime>
{
    public override void Write(EntityWriter writer, ColumnName name, DateTime value) => writer.WriteDateTime(name, value);

    public override DateTime Read(ref Utf8JsonReader reader) => reader.GetDateTimeOffset().UtcDateTime;
}

internal sealed class BinaryColumn : ColumnType<byte[]>
{
    public override void Write(EntityWriter writer, ColumnName name, byte[] value) => writer.WriteBinary(name, value);

    public override byte[] Read(ref Utf8JsonReader reader) => reader.GetBytesFromBase64();
}

internal sealed class BinaryDataColumn : ColumnType<BinaryData>
{
    public override void Write(EntityWriter writer, ColumnName name, BinaryData value) => writer.WriteBinary(name, value.ToMemory().Span);

    public override BinaryData Read(ref Utf8JsonReader reader) => new(reader.GetBytesFromBase64());
}

/// <summary>Enums stand by name, so that numbering them anew changes no stored row.</summary>
internal sealed class EnumColumn<T> : ColumnType<T>
    where T : struct, Enum
{
    public override void Write(EntityWriter writer, ColumnName name, T value) => writer.WriteString(name, value.ToString());

    public override T Read(ref Utf8JsonReader reader) =>
        reader.GetString() is var text && Enum.TryParse<T>(text, out var value)
            ? value
            : throw new FormatException($"'{text}' is no value of {typeof(T)}.");
}

internal sealed class NullableColumn<T>(ColumnType<T> inner) : ColumnType<T?>
    where T : struct
{
    public override void Write(EntityWriter writer, ColumnName name, T? value)
    {
        if (value is { } present)
            inner.Write(writer, name, present);
    }

    public override T? Read(ref Utf8JsonReader reader) => inner.Read(ref reader);
}

/// <summary>The version of a row, which is read from the answer and never written.</summary>
internal sealed class ETagColumn : ColumnType<ETag>
{
    public override void Write(EntityWriter writer, ColumnName name, ETag value)
    {
    }

    public override ETag Read(ref Utf8JsonReader reader) => new(reader.GetString()!);
}
