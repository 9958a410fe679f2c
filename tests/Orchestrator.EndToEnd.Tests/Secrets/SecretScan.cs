using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Queues;

namespace Orchestrator.EndToEnd.Tests.Secrets;

/// <summary>Looks for a text in everything that a storage account holds: every column of every row of every table and every message, as it is, decoded and decompressed.</summary>
internal static class SecretScan
{
    /// <summary>Where the text is found; the number of rows that were looked at.</summary>
    public static async Task<(IReadOnlyList<string> Found, int Rows)> FindAsync(string connectionString, string text)
    {
        var found = new List<string>();
        var rows = 0;
        await foreach (var table in new TableServiceClient(connectionString).QueryAsync(filter: (string?)null))
        {
            await foreach (var row in new TableClient(connectionString, table.Name).QueryAsync<TableEntity>(filter: (string?)null))
            {
                rows++;
                found.AddRange(row.Where(column => Readings(column.Value).Any(reading => reading.Contains(text, StringComparison.OrdinalIgnoreCase)))
                    .Select(column => $"{table.Name}/{row.PartitionKey}/{row.RowKey}/{column.Key}"));
            }
        }

        await foreach (var queue in new QueueServiceClient(connectionString).GetQueuesAsync())
        {
            foreach (var message in (await new QueueClient(connectionString, queue.Name).PeekMessagesAsync(32)).Value)
            {
                if (Readings(message.Body.ToString()).Any(reading => reading.Contains(text, StringComparison.OrdinalIgnoreCase)))
                    found.Add($"queue {queue.Name}");
            }
        }

        return (found, rows);
    }

    /// <summary>What a value may mean.</summary>
    public static IEnumerable<string> Readings(object? value) => value switch
    {
        byte[] bytes => OfBytes(bytes),
        string text => [text, .. Uri.UnescapeDataString(text) is var plain && plain != text ? [plain] : Array.Empty<string>(), .. Base64.IsValid(text) && text.Length > 0 ? OfBytes(Convert.FromBase64String(text)) : []],
        null => [],
        _ => [value.ToString()!],
    };

    private static IEnumerable<string> OfBytes(byte[] bytes) =>
    [
        Encoding.UTF8.GetString(bytes), Encoding.Unicode.GetString(bytes),
        .. new Func<Stream, Stream>[] { Brotli, GZip, Deflate }.Select(open => Decompressed(bytes, open)).OfType<string>(),
    ];

    private static BrotliStream Brotli(Stream bytes) => new(bytes, CompressionMode.Decompress);

    private static GZipStream GZip(Stream bytes) => new(bytes, CompressionMode.Decompress);

    private static DeflateStream Deflate(Stream bytes) => new(bytes, CompressionMode.Decompress);

    /// <summary>As much as can be read; a row may hold a part of it.</summary>
    private static string? Decompressed(byte[] bytes, Func<Stream, Stream> open)
    {
        using var target = new MemoryStream();
        try
        {
            using var stream = open(new MemoryStream(bytes));
            stream.CopyTo(target);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // It is not compressed so, or goes on elsewhere.
        }

        return target.Length > 0 ? Encoding.UTF8.GetString(target.ToArray()) : null;
    }
}
