namespace Embedded.Functions.Invocation;

/// <summary>Fires when the host's stop can wait no longer for what is in flight.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public void Fire() => _source.Cancel();

    public void Dispose() => _source.Dispose();
}
