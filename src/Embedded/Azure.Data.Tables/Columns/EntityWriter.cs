using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Data.Tables.Errors;
using Azure.Data.Tables.Limits;
using Azure.Data.Tables.Models;

namespace Azure.Data.Tables.Columns;

/// <summary>
/// Writes one entity after the other as JSON with type annotations, and holds each against the service's limits on the way. Not safe for several threads; its
/// owner lends it to one caller at a time.
/// </summary>
internal sealed class EntityWriter : IDisposable
{
    private const string DateTimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";
    private const int DateTimeLength = 28;

    private static readonly JsonEncodedText Binary = JsonEncodedText.Encode("Edm.Binary");
    private static readonly JsonEncodedText DateTimeName = JsonEncodedText.Encode("Edm.DateTime");
    private static readonly JsonEncodedText DoubleName = JsonEncodedText.Encode("Edm.Double");
    private static readonly JsonEncodedText GuidName = JsonEncodedText.Encode("Edm.Guid");
    private static readonly JsonEncodedText Int64 = JsonEncodedText.Encode("Edm.Int64");

    // Escaping only what JSON must have escaped keeps bodies small; what is not ASCII goes another way, see AsciiJson.
    private readonly Utf8JsonWriter _json = new(
        Stream.Null,
        new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    private readonly ArrayBufferWriter<byte> _escaped = new();

    private int _columns;
    private int _size;

    /// <exception cref="RequestFailedException">The entity breaks one of the service's limits.</exception>
    /// <exception cref="NotSupportedException">The entity has a value of a type that tables cannot hold.</exception>
    public void Write(IBufferWriter<byte> output, ITableEntity entity)
    {
        _json.Reset(output);
        _columns = 0;
        _size = EntityLimits.EntityOverhead + 2 * (entity.PartitionKey.Length + entity.RowKey.Length);
        _json.WriteStartObject();
        WriteText(ColumnNames.PartitionKey, entity.PartitionKey);
        WriteText(ColumnNames.RowKey, entity.RowKey);
        if (entity is IDictionary<string, object> dictionary)
            DictionaryColumns.Write(this, dictionary);
        else
            EntityShape.Of(entity.GetType()).Write(this, entity);

        if (_columns > EntityLimits.Columns)
            throw Refused.BadRequest(TableErrorCode.TooManyProperties, $"The entity has {_columns} properties; at most {EntityLimits.Columns} are allowed.");
        if (_size > EntityLimits.EntitySize)
            throw Refused.BadRequest(TableErrorCode.EntityTooLarge, $"The entity has {_size} bytes as the service counts them; at most {EntityLimits.EntitySize} are allowed.");

        _json.WriteEndObject();
        _json.Flush();
    }

    public void WriteString(ColumnName name, string value)
    {
        if (value.Length > EntityLimits.StringLength)
            throw TooLarge(name, $"{value.Length} characters", $"{EntityLimits.StringLength}");

        Count(name, EntityLimits.LengthOverhead + 2 * value.Length);
        WriteText(name, value);
    }

    public void WriteBinary(ColumnName name, ReadOnlySpan<byte> value)
    {
        if (value.Length > EntityLimits.BinaryLength)
            throw TooLarge(name, $"{value.Length} bytes", $"{EntityLimits.BinaryLength}");

        Count(name, EntityLimits.LengthOverhead + value.Length);
        _json.WriteString(name.TypeJson, Binary);
        _json.WriteBase64String(name.Json, value);
    }

    public void WriteBoolean(ColumnName name, bool value)
    {
        Count(name, sizeof(bool));
        _json.WriteBoolean(name.Json, value);
    }

    public void WriteInt32(ColumnName name, int value)
    {
        Count(name, sizeof(int));
        _json.WriteNumber(name.Json, value);
    }

    public void WriteInt64(ColumnName name, long value)
    {
        Count(name, sizeof(long));
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out var length);
        _json.WriteString(name.TypeJson, Int64);
        _json.WriteString(name.Json, text[..length]);
    }

    public void WriteDouble(ColumnName name, double value)
    {
        Count(name, sizeof(double));
        _json.WriteString(name.TypeJson, DoubleName);
        if (double.IsFinite(value))
            _json.WriteNumber(name.Json, value);
        else
            _json.WriteString(name.Json, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    public void WriteGuid(ColumnName name, Guid value)
    {
        const int guidSize = 16;
        Count(name, guidSize);
        _json.WriteString(name.TypeJson, GuidName);
        _json.WriteString(name.Json, value);
    }

    public void WriteDateTime(ColumnName name, DateTimeOffset value)
    {
        if (value < EntityLimits.FirstTime)
            throw Refused.BadRequest(TableErrorCode.OutOfRangeInput, $"The property '{name.Text}' is {value:O}; the first time that can be stored is {EntityLimits.FirstTime:O}.");

        Count(name, sizeof(long));
        Span<byte> text = stackalloc byte[DateTimeLength];
        value.UtcDateTime.TryFormat(text, out _, DateTimeFormat, CultureInfo.InvariantCulture);
        _json.WriteString(name.TypeJson, DateTimeName);
        _json.WriteString(name.Json, text);
    }

    /// <exception cref="NotSupportedException">The time is not UTC, so its instant would depend on the machine.</exception>
    public void WriteDateTime(ColumnName name, DateTime value)
    {
        if (value.Kind != DateTimeKind.Utc)
            throw new NotSupportedException($"The property '{name.Text}' is a DateTime of kind {value.Kind}; it must be UTC (DateTime.SpecifyKind), or use DateTimeOffset.");
        WriteDateTime(name, new DateTimeOffset(value));
    }

    public void Dispose() => _json.Dispose();

    private static RequestFailedException TooLarge(ColumnName name, string length, string limit) =>
        Refused.BadRequest(TableErrorCode.PropertyValueTooLarge, $"The property '{name.Text}' has {length}; at most {limit} are allowed.");

    private void WriteText(ColumnName name, string value)
    {
        if (Ascii.IsValid(value))
        {
            _json.WriteString(name.Json, value);
            return;
        }

        _escaped.ResetWrittenCount();
        AsciiJson.Write(_escaped, value);
        _json.WritePropertyName(name.Json);
        _json.WriteRawValue(_escaped.WrittenSpan, skipInputValidation: true);
    }

    private void Count(ColumnName name, int valueSize)
    {
        name.Check();
        _columns++;
        _size += name.Size + valueSize;
    }
}
