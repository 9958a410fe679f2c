using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Embedded.DurableTask.Engine;

namespace Embedded.DurableTask.Log;

/// <summary>Records that are committed together: gathered while the group before is on its way, then written as one.</summary>
internal sealed class LogGroup : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _writer;
    private bool _closed;

    public LogGroup()
    {
        _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.WriteStartArray();
    }

    /// <summary>How many records it holds.</summary>
    public int Count { get; private set; }

    public void Add(LogRecord record)
    {
        JsonSerializer.Serialize(_writer, record, HubJson.Default.LogRecord);
        Count++;
    }

    /// <summary>Ends it; nothing can be added after.</summary>
    /// <returns>A JSON array of <see cref="LogRecord"/> in UTF-8.</returns>
    public ReadOnlyMemory<byte> Close()
    {
        if (!_closed)
        {
            _writer.WriteEndArray();
            _writer.Flush();
            _closed = true;
        }

        return _buffer.WrittenMemory;
    }

    public void Dispose() => _writer.Dispose();
}
