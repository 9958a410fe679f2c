using System.Globalization;
using Azure.Data.Tables.Errors;

namespace Azure.Data.Tables.Transactions;

/// <summary>Reads the answer to a transaction: one HTTP answer for each action, or a single one that says which action failed.</summary>
internal static class TransactionAnswer
{
    private const int Accepted = 202;

    /// <exception cref="TableTransactionFailedException">The service refused an action, and with it all.</exception>
    /// <exception cref="RequestFailedException">The service refused the request itself, or its answer is not one to a transaction of so many actions.</exception>
    public static Response<IReadOnlyList<Response>> Read(Response answer, int actions)
    {
        if (answer.Status != Accepted)
            throw new RequestFailedException(answer);

        List<TransactionPart> parts;
        try
        {
            parts = Parts(answer.Content.ToMemory(), actions);
        }
        catch (FormatException malformed)
        {
            throw new RequestFailedException(answer, malformed);
        }

        foreach (var part in parts)
        {
            if (part.IsError)
                throw Failure(part, actions);
        }

        return parts.Count == actions
            ? Response.FromValue<IReadOnlyList<Response>>(parts, answer)
            : throw new RequestFailedException(answer, new FormatException($"The service answered {parts.Count} of the transaction's {actions} actions."));
    }

    private static TableTransactionFailedException Failure(TransactionPart failed, int actions)
    {
        var failure = new RequestFailedException(failed, innerException: null, TableErrorParser.Instance);
        var message = TableErrorParser.Parse(failed.Body)?.Message;
        return message is not null && IndexOf(message, actions) is { } index
            ? TransactionLimits.At(index, failure)
            : new TableTransactionFailedException(failure);
    }

    /// <summary>The message begins with the failed action's position and a colon.</summary>
    private static int? IndexOf(string message, int actions)
    {
        var colon = message.IndexOf(':');
        if (colon <= 0 || !int.TryParse(message.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return null;
        return index < actions ? index : null;
    }

    /// <summary>
    /// Every HTTP answer in the body: a status line begins one, an empty line ends its headers, a boundary ends it. Boundaries are told by the two dashes they
    /// begin with, because JSON bodies are single lines that begin with a brace.
    /// </summary>
    /// <exception cref="FormatException">A status line has no status.</exception>
    private static List<TransactionPart> Parts(ReadOnlyMemory<byte> body, int expected)
    {
        var parts = new List<TransactionPart>(expected);
        var rest = body;
        while (!rest.IsEmpty)
        {
            var line = TakeLine(ref rest);
            if (!line.Span.StartsWith("HTTP/1."u8))
                continue;

            var headers = TakeBlock(ref rest);
            var content = rest.Span.StartsWith("--"u8) ? default : TakeLine(ref rest);
            parts.Add(new TransactionPart(line.Span, headers, content));
        }

        return parts;
    }

    private static ReadOnlyMemory<byte> TakeLine(ref ReadOnlyMemory<byte> rest)
    {
        var end = rest.Span.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }

    /// <summary>The lines up to an empty one, which is taken too, or to a boundary, which is not.</summary>
    private static ReadOnlyMemory<byte> TakeBlock(ref ReadOnlyMemory<byte> rest)
    {
        var start = rest;
        var length = 0;
        while (!rest.IsEmpty && !rest.Span.StartsWith("--"u8))
        {
            length = start.Length - rest.Length;
            if (TakeLine(ref rest).IsEmpty)
                return start[..length];
            length = start.Length - rest.Length;
        }

        return start[..length];
    }
}
