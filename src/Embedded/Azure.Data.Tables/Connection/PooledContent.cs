using System.Buffers;
using Azure.Core;

namespace Azure.Data.Tables.Connection;

/// <summary>
/// A request body that is written straight into one pooled array and sent from it on every try. The array goes back to the pool when the message that
/// owns the content is disposed of, so nothing may hold on to <see cref="Written"/> after that.
/// </summary>
internal sealed class PooledContent(int sizeHint) : RequestContent, IBufferWriter<byte>
{
    private byte[]? _array = ArrayPool<byte>.Shared.Rent(sizeHint);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => Array.AsMemory(0, Length);

    private byte[] Array => _array ?? throw new ObjectDisposedException(nameof(PooledContent));

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return Array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureFree(sizeHint);
        return Array.AsSpan(Length);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends text that is known to be ASCII: addresses, header names and their values.</summary>
    public void Append(string ascii)
    {
        EnsureFree(ascii.Length);
        Length += System.Text.Encoding.ASCII.GetBytes(ascii, Array.AsSpan(Length));
    }

    public override void WriteTo(Stream stream, CancellationToken cancellation) => stream.Write(Written.Span);

    public override Task WriteToAsync(Stream stream, CancellationToken cancellation) => stream.WriteAsync(Written, cancellation).AsTask();

    public override bool TryComputeLength(out long length)
    {
        length = Length;
        return true;
    }

    public override void Dispose()
    {
        var array = _array;
        _array = null;
        if (array is not null)
            ArrayPool<byte>.Shared.Return(array);
    }

    private void EnsureFree(int count)
    {
        const int atLeast = 256;
        var needed = Length + Math.Max(count, atLeast);
        if (needed <= Array.Length)
            return;

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Array.Length * 2));
        Written.Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(Array);
        _array = larger;
    }
}
