using System.Buffers;
using Microsoft.AspNetCore.Http;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>Reads the body of a request up to a limit.</summary>
internal static class RequestBody
{
    private const int ChunkBytes = 16 * 1024;

    /// <summary>The whole body.</summary>
    /// <param name="request">The request; its body is read to the end.</param>
    /// <param name="maxBytes">The limit in bytes.</param>
    /// <exception cref="ProblemException">Content-Length, or what has come, is over the limit; the rest is not read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            throw new ProblemException(KnownProblems.BodyTooLarge(maxBytes));

        // A Content-Length is a claim: it sizes the buffer only within reason.
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 256, ChunkBytes));
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(ChunkBytes), cancellationToken);
            if (read == 0)
                return buffer.WrittenMemory;

            buffer.Advance(read);
            if (buffer.WrittenCount > maxBytes)
                throw new ProblemException(KnownProblems.BodyTooLarge(maxBytes));
        }
    }
}
