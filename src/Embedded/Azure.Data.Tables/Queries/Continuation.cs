namespace Azure.Data.Tables.Queries;

/// <summary>
/// Where a query goes on: the two headers of the answer, which the service has encoded so that neither holds a blank, with a blank between. The second may be
/// missing, and a page may be empty and yet have a continuation.
/// </summary>
internal static class Continuation
{
    private const char Separator = ' ';

    public static string? Of(Response answer)
    {
        if (!answer.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var partitionKey) || string.IsNullOrEmpty(partitionKey))
            return null;
        return answer.Headers.TryGetValue("x-ms-continuation-NextRowKey", out var rowKey) && !string.IsNullOrEmpty(rowKey)
            ? $"{partitionKey}{Separator}{rowKey}"
            : partitionKey;
    }

    /// <exception cref="ArgumentException">The text is no continuation of such a query.</exception>
    public static (string? PartitionKey, string? RowKey) Parse(string? token)
    {
        if (string.IsNullOrEmpty(token))
            return (null, null);

        var parts = token.Split(Separator);
        return parts switch
        {
            [{ Length: > 0 } partitionKey] => (partitionKey, null),
            [{ Length: > 0 } partitionKey, { Length: > 0 } rowKey] => (partitionKey, rowKey),
            _ => throw new ArgumentException("The continuation token is not one that a query on entities gave.", nameof(token)),
        };
    }
}
