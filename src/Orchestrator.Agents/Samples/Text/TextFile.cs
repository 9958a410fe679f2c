using System.Text;

namespace Orchestrator.Agents.Samples.Text;

/// <summary>Reads a text file whole: UTF-8, or UTF-16 and UTF-32 with a byte order mark. What is no text is refused.</summary>
internal static class TextFile
{
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <exception cref="AgentException">Not retryable: <c>file_not_found</c>, <c>file_too_large</c> or <c>file_not_text</c>.</exception>
    public static async Task<(string Text, long Bytes)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(path, cancellationToken);
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        var text = await reader.ReadToEndAsync(cancellationToken);
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new AgentException("file_not_text", $"{path} is not a text file: it holds a NUL character.", isRetryable: false);
        return (text, bytes.Length);
    }

    private static async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (file.Length > MaxBytes)
                throw new AgentException("file_too_large", $"{path} is {file.Length} bytes long; at most {MaxBytes} are digested.", isRetryable: false);
            var bytes = new byte[file.Length];
            var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return bytes[..read];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new AgentException("file_not_found", $"File {path} does not exist.", isRetryable: false, exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new AgentException("file_not_readable", $"{path} cannot be read as a file: {exception.Message}", isRetryable: false, exception);
        }
    }
}
