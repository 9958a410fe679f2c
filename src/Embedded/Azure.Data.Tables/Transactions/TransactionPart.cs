using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Azure.Core;

namespace Azure.Data.Tables.Transactions;

/// <summary>The answer to one action of a transaction.</summary>
internal sealed class TransactionPart : Response
{
    private const int FirstErrorStatus = 400;

    private readonly List<HttpHeader> _headers = [];
    private ReadOnlyMemory<byte> _body;
    private Stream? _content;

    /// <param name="statusLine"><c>HTTP/1.1 204 No Content</c>.</param>
    /// <exception cref="RequestFailedException">The line has no status.</exception>
    public TransactionPart(string statusLine)
    {
        var parts = statusLine.Split(' ', 3);
        if (parts.Length < 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            throw new RequestFailedException($"The service answered an action of a transaction with the status line '{statusLine}'.");

        Status = status;
        ReasonPhrase = parts.Length > 2 ? parts[2] : "";
    }

    public override int Status { get; }

    public override string ReasonPhrase { get; }

    public override bool IsError => Status >= FirstErrorStatus;

    public override string ClientRequestId { get; set; } = "";

    public ReadOnlyMemory<byte> Body
    {
        get => _body;
        set
        {
            _body = value;
            _content = new MemoryStream(value.ToArray(), 0, value.Length, writable: false, publiclyVisible: true);
        }
    }

    public override Stream? ContentStream
    {
        get => _content;
        set => _content = value;
    }

    /// <param name="line"><c>Name: value</c>; what has no colon is passed over.</param>
    public void AddHeader(string line)
    {
        var colon = line.IndexOf(':');
        if (colon > 0)
            _headers.Add(new HttpHeader(line[..colon], line[(colon + 1)..].Trim()));
    }

    public override void Dispose() => _content?.Dispose();

    protected override bool ContainsHeader(string name) => _headers.Exists(header => Is(header, name));

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => _headers;

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        var values = _headers.Where(header => Is(header, name)).Select(header => header.Value).ToList();
        value = values.Count == 0 ? null : string.Join(',', values);
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        var found = _headers.Where(header => Is(header, name)).Select(header => header.Value).ToList();
        values = found.Count == 0 ? null : found;
        return values is not null;
    }

    private static bool Is(HttpHeader header, string name) => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase);
}
