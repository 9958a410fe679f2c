using System.Globalization;
using System.Text;
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

        var parts = Parts(answer.Content.ToMemory());
        var failed = parts.Find(static part => part.IsError);
        if (failed is not null)
            throw Failure(failed, actions);
        if (parts.Count != actions)
            throw new RequestFailedException(answer, new FormatException($"The service answered {parts.Count} of the transaction's {actions} actions."));

        return Response.FromValue<IReadOnlyList<Response>>(parts, answer);
    }

    private static TableTransactionFailedException Failure(TransactionPart failed, int actions)
    {
        var failure = new RequestFailedException(failed, innerException: null, TableErrorParser.Instance);
        var message = TableErrorParser.Parse(failed.Body)?.Message;
        if (message is not null && IndexOf(message, actions) is { } index)
            return TransactionLimits.At(index, failure);
        return new TableTransactionFailedException(failure);
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
    /// Every HTTP answer in the body. A status line begins one, an empty line ends its headers, a boundary ends it. Boundaries are told by their form
    /// (<c>--batchresponse_…</c>, <c>--changesetresponse_…</c>) because JSON bodies, which are single lines beginning with a brace, cannot look like them.
    /// </summary>
    private static List<TransactionPart> Parts(ReadOnlyMemory<byte> body)
    {
        var parts = new List<TransactionPart>();
        var rest = body;
        TransactionPart? part = null;
        var inHeaders = false;
        while (!rest.IsEmpty)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            var text = line.Span.TrimEnd((byte)'\r');
            if (text.StartsWith("--"u8))
            {
                part = null;
            }
            else if (part is null && text.StartsWith("HTTP/1."u8))
            {
                part = new TransactionPart(Encoding.ASCII.GetString(text));
                parts.Add(part);
                inHeaders = true;
            }
            else if (part is not null && inHeaders)
            {
                inHeaders = !text.IsEmpty;
                if (inHeaders)
                    part.AddHeader(Encoding.UTF8.GetString(text));
            }
            else if (part is not null && part.Body.IsEmpty && !text.IsEmpty)
            {
                part.Body = line[..text.Length];
            }
        }

        return parts;
    }
}
