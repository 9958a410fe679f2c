using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>A request's body that must be there within a time: whoever sends it byte by byte must not hold a request open for ever. The time runs while it is read.</summary>
internal sealed class TimedBody : Stream
{
    private readonly Stream _body;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private TimeSpan _left;

    public TimedBody(Stream body, TimeSpan limit, TimeProvider time)
    {
        _body = body;
        _limit = limit;
        _left = limit;
        _time = time;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="ProblemException">The time is over.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var begun = _time.GetTimestamp();
        using var deadline = new CancellationTokenSource(_left, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await _body.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(KnownProblems.BodyTooSlow(_limit));
        }
        finally
        {
            _left -= _time.GetElapsedTime(begun);
            if (_left < TimeSpan.Zero)
                _left = TimeSpan.Zero;
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The body is read asynchronously.");

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
