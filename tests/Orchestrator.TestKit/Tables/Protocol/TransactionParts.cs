using System.Text;

namespace Orchestrator.TestKit.Tables.Protocol;

/// <summary>Reads the requests in a transaction's body: one batch with one change set. Source: "Performing entity group transactions".</summary>
internal static class TransactionParts
{
    private static readonly byte[] _emptyLine = "\r\n\r\n"u8.ToArray();

    /// <exception cref="TableRefusal">The body is none of a transaction.</exception>
    public static List<TableCall> Read(ReadOnlyMemory<byte> body, string account)
    {
        var boundary = Encoding.UTF8.GetBytes("--" + Boundary(body));
        var calls = new List<TableCall>();
        var rest = Behind(body, boundary);
        while (!rest.Span.StartsWith("--"u8))
        {
            var end = rest.Span.IndexOf(boundary);
            if (end < 0)
                throw TableRefusal.InvalidInput();
            calls.Add(Call(Behind(rest[..end], _emptyLine), account));
            rest = rest[(end + boundary.Length)..];
        }

        return calls;
    }

    /// <summary>That of the change set, which the batch's only part names.</summary>
    private static string Boundary(ReadOnlyMemory<byte> body)
    {
        var rest = Behind(body, "boundary="u8);
        var end = rest.Span.IndexOf((byte)'\r');
        return end > 0 ? Encoding.UTF8.GetString(rest.Span[..end]).Trim('"') : throw TableRefusal.InvalidInput();
    }

    /// <summary>Request line, headers, an empty line and what is sent.</summary>
    private static TableCall Call(ReadOnlyMemory<byte> part, string account)
    {
        var headersEnd = part.Span.IndexOf(_emptyLine);
        var lines = Encoding.UTF8.GetString(headersEnd < 0 ? part.Span : part.Span[..headersEnd]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || lines[0].Split(' ') is not [var method, var target, _])
            throw TableRefusal.InvalidInput();

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
                headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return new TableCall(method, TableAddress.Parse(target, account), headers, headersEnd < 0 ? default : part[(headersEnd + _emptyLine.Length)..]);
    }

    private static ReadOnlyMemory<byte> Behind(ReadOnlyMemory<byte> text, ReadOnlySpan<byte> mark)
    {
        var index = text.Span.IndexOf(mark);
        return index >= 0 ? text[(index + mark.Length)..] : throw TableRefusal.InvalidInput();
    }
}
