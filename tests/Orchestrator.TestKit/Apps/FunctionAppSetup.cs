using System.Globalization;
using System.Security.Cryptography;
using Orchestrator.Cli.Host;
using Orchestrator.TestKit.Network;

namespace Orchestrator.TestKit.Apps;

/// <summary>
/// How a function app is to be started. Apps of one setup share port, task hub and tables, so that one can be the successor of
/// another. The names of the queues are fixed: a test that uses them needs an <see cref="Storage.AzuriteServer"/> of its own.
/// </summary>
public sealed record FunctionAppSetup
{
    /// <summary>
    /// Code is compiled again, better, only when nothing new has been called for 4 s (1000 in hexadecimal; 0.1 s otherwise): it is a third of what an app takes of the
    /// processor until it has done its first tasks.
    /// </summary>
    private static readonly KeyValuePair<string, string>[] _shortLife = [new("DOTNET_TC_CallCountingDelayMs", "1000")];

    /// <summary>What AzureWebJobsStorage holds.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The main assembly of the app; that of the Orchestrator unless given. Another app needs a route <c>api/health</c> too.</summary>
    public string? Assembly { get; init; }

    /// <summary>Names the task hub and begins the names of the app's tables: a letter, then letters and digits, 3 to 30 in all. Unique unless given.</summary>
    public string Name { get; init; } = "t" + Guid.NewGuid().ToString("N")[..8];

    /// <summary>Where it listens on 127.0.0.1. A port that is free now unless given.</summary>
    public int Port { get; init; } = FreePort.Next();

    /// <summary>How the platform is to be.</summary>
    public PlatformMode Mode { get; init; }

    /// <summary>What the hostile mode draws from. A new one unless given.</summary>
    public int Seed { get; init; } = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>What the sample agents may read.</summary>
    public IReadOnlyList<string> ReadFolders { get; init; } = [];

    /// <summary>The app's command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Whether its speed is measured. Otherwise the runtime spares it what pays off only in processes that live longer than most of those of the tests do.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>Other environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    internal IEnumerable<KeyValuePair<string, string>> AllEnvironment() =>
    [
        .. new FunctionAppSettings(ConnectionString, Port, ReadFolders, WriteFolders: []).Environment(),
        new("AzureFunctionsJobHost__extensions__durableTask__hubName", Name),
        new("Orchestrator__Storage__TablePrefix", Name),
        new("Embedded__Mode", $"{Mode}"),
        new("Embedded__Seed", Seed.ToString(CultureInfo.InvariantCulture)),
        .. IsMeasured ? [] : _shortLife,
        .. Environment,
    ];
}
