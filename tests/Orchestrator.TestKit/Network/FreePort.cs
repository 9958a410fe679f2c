using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orchestrator.Cli.Host;

namespace Orchestrator.TestKit.Network;

/// <summary>
/// A loopback port that was free a moment ago. Prefer port 0 with a server that tells its port; this is for programs that
/// must be told one, that are ended and started again on it, and for tests that need a port at which nobody listens.
/// </summary>
public static class FreePort
{
    /// <summary>Below those that systems give to whoever connects to somebody or listens on port 0: such a one may be taken while a program that had it is started anew.</summary>
    private const int First = 20_000;
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, bool> _given = new();

    /// <returns>A port that this process has not given out before.</returns>
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (_given.TryAdd(port, true) && LoopbackPort.IsFree(port))
                return port;
        }
    }
}
