using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.TestKit.Tables.Rows;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Rows as JSON, with all their columns or with those that were selected.</summary>
internal sealed class RowAnswer(string endpoint, string table)
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public byte[] Single(StoredRow row, IReadOnlySet<string>? selected) => Build(json =>
    {
        json.WriteStartObject();
        json.WriteString("odata.metadata", $"{endpoint}/$metadata#{table}/@Element");
        WriteColumns(json, row, selected);
        json.WriteEndObject();
    });

    public byte[] Page(IReadOnlyList<StoredRow> rows, IReadOnlySet<string>? selected) => Build(json =>
    {
        json.WriteStartObject();
        json.WriteString("odata.metadata", $"{endpoint}/$metadata#{table}");
        json.WriteStartArray("value");
        foreach (var row in rows)
        {
            json.WriteStartObject();
            WriteColumns(json, row, selected);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static byte[] Build(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, _options))
            write(json);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteColumns(Utf8JsonWriter json, StoredRow row, IReadOnlySet<string>? selected)
    {
        json.WriteString("odata.etag", row.ETag);
        if (selected?.Contains(SentRow.PartitionKeyName) != false)
            json.WriteString(SentRow.PartitionKeyName, row.Keys.Partition);
        if (selected?.Contains(SentRow.RowKeyName) != false)
            json.WriteString(SentRow.RowKeyName, row.Keys.Row);
        if (selected?.Contains(SentRow.TimestampName) != false)
            json.WriteString(SentRow.TimestampName, row.Timestamp.ToString(StoredRow.TimeFormat, CultureInfo.InvariantCulture));
        if (selected is null)
            WriteAll(json, row);
        else
            RowJson.ReadStored(row.Columns).FindAll(column => selected.Contains(column.Name)).ForEach(column => RowJson.Write(json, column));
    }

    /// <summary>What is kept is what is answered, but for the brackets.</summary>
    private static void WriteAll(Utf8JsonWriter json, StoredRow row)
    {
        var columns = row.Columns.AsSpan(1, row.Columns.Length - 2);
        if (!columns.IsEmpty)
            json.WriteRawValue(columns, skipInputValidation: true);
    }
}
