using System.Security.Cryptography;

namespace Orchestrator;

/// <summary>The operating system's generator: unpredictable, so that ids cannot be guessed.</summary>
public sealed class SystemRandomSource : IRandomSource
{
    /// <inheritdoc/>
    public void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
}
