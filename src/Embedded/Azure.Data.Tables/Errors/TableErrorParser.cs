using System.Text.Json;
using System.Xml;
using Azure.Core;

namespace Azure.Data.Tables.Errors;

/// <summary>
/// Reads what the service says of a failure: <c>{"odata.error":{"code":"…","message":{"lang":"…","value":"…"}}}</c>, or the XML that it answers with
/// where it has not come as far as looking at the Accept header.
/// </summary>
internal sealed class TableErrorParser : RequestFailedDetailsParser
{
    public static TableErrorParser Instance { get; } = new();

    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        error = response.ContentStream is null ? null : Parse(response.Content.ToMemory());
        return error is not null;
    }

    /// <summary>Code and message of a body; null where it is neither of the two forms.</summary>
    public static ResponseError? Parse(ReadOnlyMemory<byte> body)
    {
        var text = body.Span.TrimStart(" \r\n\t\uFEFF"u8);
        if (text.IsEmpty)
            return null;

        try
        {
            return text[0] == '<' ? ParseXml(body) : ParseJson(body);
        }
        catch (Exception malformed) when (malformed is JsonException or XmlException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ResponseError? ParseJson(ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        if (!json.RootElement.TryGetProperty("odata.error", out var error) && !json.RootElement.TryGetProperty("error", out error))
            return null;

        var code = error.TryGetProperty("code", out var given) ? given.GetString() : null;
        var message = !error.TryGetProperty("message", out var inner) ? null
            : inner.ValueKind == JsonValueKind.Object ? inner.GetProperty("value").GetString()
            : inner.GetString();
        return new ResponseError(code, message);
    }

    private static ResponseError? ParseXml(ReadOnlyMemory<byte> body)
    {
        using var xml = XmlReader.Create(new MemoryStream(body.ToArray()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        string? code = null;
        string? message = null;
        xml.MoveToContent();
        if (!string.Equals(xml.LocalName, "error", StringComparison.OrdinalIgnoreCase))
            return null;

        while (!xml.EOF)
        {
            if (xml.NodeType == XmlNodeType.Element && string.Equals(xml.LocalName, "code", StringComparison.OrdinalIgnoreCase))
                code = xml.ReadElementContentAsString();
            else if (xml.NodeType == XmlNodeType.Element && string.Equals(xml.LocalName, "message", StringComparison.OrdinalIgnoreCase))
                message = xml.ReadElementContentAsString();
            else
                xml.Read();
        }

        return new ResponseError(code, message);
    }
}
