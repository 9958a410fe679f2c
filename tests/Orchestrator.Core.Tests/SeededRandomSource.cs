namespace Orchestrator.Core.Tests;

/// <summary>The same bytes for the same seed.</summary>
internal sealed class SeededRandomSource(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination)
    {
        lock (_random)
            _random.NextBytes(destination);
    }
}
