using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Secrets;

/// <summary>Replaces values in JSON text; everything else stays spelled as it was.</summary>
public sealed class JsonEdit
{
    private const int MaxDepth = 1_000;

    /// <summary>
    /// What stands in place of a value, as JSON text; null leaves it, and looks into it where it is an object or an array. Given are the names and
    /// indexes that lead to it, its kind, and its text: that of a string unescaped, of a number as it is written, of anything else none.
    /// </summary>
    public required Func<IReadOnlyList<string>, JsonTokenType, string?, string?> OfValue { get; init; }

    /// <summary>What a property is called instead; null leaves its name.</summary>
    public Func<string, string?>? OfName { get; init; }

    /// <summary>Edits a text.</summary>
    /// <returns>The very same text where nothing was replaced.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public string Apply(string json) => new Run(this, Encoding.UTF8.GetBytes(json)).Apply() ?? json;

    /// <summary>A text as a JSON string.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text);

    private sealed class Run(JsonEdit edit, byte[] utf8)
    {
        private readonly List<string> _path = [];

        /// <summary>The containers around the token at hand: the index of the next item of an array, -1 for an object.</summary>
        private readonly Stack<int> _containers = new();
        private readonly ArrayBufferWriter<byte> _output = new();
        private int _copied;

        public string? Apply()
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            while (reader.Read())
                Take(ref reader);
            if (_copied == 0)
                return null;

            _output.Write(utf8.AsSpan(_copied));
            return Encoding.UTF8.GetString(_output.WrittenSpan);
        }

        private void Take(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    TakeName(ref reader);
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _containers.Pop();
                    Leave();
                    break;
                default:
                    TakeValue(ref reader);
                    break;
            }
        }

        private void TakeName(ref Utf8JsonReader reader)
        {
            var name = TextOf(ref reader)!;
            _path.Add(name);
            if (edit.OfName?.Invoke(name) is { } other)
                Replace((int)reader.TokenStartIndex, (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2, Quote(other));
        }

        private void TakeValue(ref Utf8JsonReader reader)
        {
            if (_containers.TryPeek(out var index) && index >= 0)
                _path.Add(index.ToString(CultureInfo.InvariantCulture));

            var start = (int)reader.TokenStartIndex;
            var isContainer = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (edit.OfValue(_path, reader.TokenType, TextOf(ref reader)) is { } other)
            {
                if (isContainer)
                    reader.Skip();
                Replace(start, (int)reader.BytesConsumed, other);
            }
            else if (isContainer)
            {
                _containers.Push(reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
                return;
            }

            Leave();
        }

        /// <summary>The value at hand is over.</summary>
        private void Leave()
        {
            if (!_containers.TryPop(out var index))
                return;

            _path.RemoveAt(_path.Count - 1);
            _containers.Push(index >= 0 ? index + 1 : index);
        }

        private void Replace(int start, int end, string other)
        {
            _output.Write(utf8.AsSpan(_copied, start - _copied));
            _output.Write(Encoding.UTF8.GetBytes(other));
            _copied = end;
        }

        private static string? TextOf(ref Utf8JsonReader reader)
        {
            try
            {
                return reader.TokenType switch
                {
                    JsonTokenType.String or JsonTokenType.PropertyName => reader.GetString(),
                    JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                    _ => null,
                };
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate pair, which no text can hold: as it is written.
                return Encoding.UTF8.GetString(reader.ValueSpan);
            }
        }
    }
}
