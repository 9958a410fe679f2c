using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Agents.Outbound;

namespace Orchestrator.Agents.Http;

/// <summary>What an answer says: JSON where it says that it is JSON and is, else text.</summary>
internal static class HttpAnswerBody
{
    private static readonly byte[] _byteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <returns>Null where the answer is empty.</returns>
    public static JsonElement? Read(OutboundResponse response)
    {
        if (response.Body.IsEmpty)
            return null;

        var type = MediaTypeHeaderValue.TryParse(response.Header("Content-Type"), out var parsed) ? parsed : null;
        return (IsJson(type?.MediaType) ? TryReadJson(response.Body) : null)
            ?? JsonSerializer.SerializeToElement(EncodingOf(type?.CharSet).GetString(response.Body.Span));
    }

    private static bool IsJson(string? mediaType) =>
        mediaType is not null
        && (mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private static JsonElement? TryReadJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body.Span.StartsWith(_byteOrderMark) ? body[_byteOrderMark.Length..] : body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Encoding EncodingOf(string? charSet)
    {
        try
        {
            return charSet is null ? Encoding.UTF8 : Encoding.GetEncoding(charSet.Trim('"'));
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
