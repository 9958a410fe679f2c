using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Azure.Core;

namespace Azure.Data.Tables.Transactions;

/// <summary>The answer to one action of a transaction, a view of the whole answer's bytes: headers are looked for when they are asked for, which is seldom.</summary>
internal sealed class TransactionPart : Response
{
    private const int FirstErrorStatus = 400;

    private readonly ReadOnlyMemory<byte> _headers;
    private Stream? _content;

    /// <param name="statusLine"><c>HTTP/1.1 204 No Content</c>.</param>
    /// <param name="headers">Lines <c>Name: value</c>; what has no colon is passed over.</param>
    /// <param name="body">The JSON, if there is any.</param>
    /// <exception cref="FormatException">The status line has no status.</exception>
    public TransactionPart(ReadOnlySpan<byte> statusLine, ReadOnlyMemory<byte> headers, ReadOnlyMemory<byte> body)
    {
        var afterVersion = statusLine[(statusLine.IndexOf((byte)' ') + 1)..];
        if (!Utf8Parser.TryParse(afterVersion, out int status, out var length))
            throw new FormatException($"The service answered an action of a transaction with the status line '{Encoding.UTF8.GetString(statusLine)}'.");

        Status = status;
        ReasonPhrase = Encoding.UTF8.GetString(afterVersion[length..].Trim((byte)' '));
        _headers = headers;
        Body = body;
        if (!body.IsEmpty)
            _content = StreamOf(body);
    }

    public override int Status { get; }

    public override string ReasonPhrase { get; }

    public override bool IsError => Status >= FirstErrorStatus;

    public override string ClientRequestId { get; set; } = "";

    public ReadOnlyMemory<byte> Body { get; }

    public override Stream? ContentStream
    {
        get => _content;
        set => _content = value;
    }

    public override void Dispose() => _content?.Dispose();

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders()
    {
        foreach (var line in Encoding.UTF8.GetString(_headers.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
                yield return new HttpHeader(line[..colon].Trim(), line[(colon + 1)..].Trim());
        }
    }

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = TryGetHeaderValues(name, out var values) ? string.Join(',', values) : null;
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        var found = EnumerateHeaders().Where(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList();
        values = found.Count == 0 ? null : found;
        return values is not null;
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false, publiclyVisible: true)
            : new MemoryStream(body.ToArray(), writable: false);
}
