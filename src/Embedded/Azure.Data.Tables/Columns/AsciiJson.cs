using System.Buffers;

namespace Azure.Data.Tables.Columns;

/// <summary>
/// Text as a JSON string in pure ASCII. Azurite decodes a request's body chunk by chunk as the network delivers it, and so destroys every character whose UTF-8 bytes
/// fall into two chunks, without an error. Escaped characters cannot be cut.
/// </summary>
internal static class AsciiJson
{
    private const int LongestEscape = 6;

    /// <exception cref="ArgumentException">The text has half a surrogate pair, which the service cannot store.</exception>
    public static void Write(IBufferWriter<byte> output, string text)
    {
        var span = output.GetSpan(LongestEscape * text.Length + 2);
        var length = 0;
        span[length++] = (byte)'"';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
                CheckPair(text, i);

            if (c is >= ' ' and < '\u007F' and not ('"' or '\\'))
                span[length++] = (byte)c;
            else
                length += Escape(c, span[length..]);
        }

        span[length++] = (byte)'"';
        output.Advance(length);
    }

    private static int Escape(char c, Span<byte> output)
    {
        if (c is '"' or '\\')
        {
            output[0] = (byte)'\\';
            output[1] = (byte)c;
            return 2;
        }

        const string digits = "0123456789ABCDEF";
        output[0] = (byte)'\\';
        output[1] = (byte)'u';
        output[2] = (byte)digits[c >> 12];
        output[3] = (byte)digits[(c >> 8) & 0xF];
        output[4] = (byte)digits[(c >> 4) & 0xF];
        output[5] = (byte)digits[c & 0xF];
        return LongestEscape;
    }

    private static void CheckPair(string text, int index)
    {
        var paired = char.IsHighSurrogate(text[index])
            ? index + 1 < text.Length && char.IsLowSurrogate(text[index + 1])
            : index > 0 && char.IsHighSurrogate(text[index - 1]);
        if (!paired)
            throw new ArgumentException($"The text has half a surrogate pair (U+{(int)text[index]:X4}) at {index}.", nameof(text));
    }
}
