namespace Orchestrator;

/// <summary>Where ids and jitter come from, so that tests are exact.</summary>
public interface IRandomSource
{
    /// <summary>Fills <paramref name="destination"/> with random bytes. Safe to call from many threads.</summary>
    void Fill(Span<byte> destination);
}
