using System.Text.RegularExpressions;

namespace Orchestrator.Cli.Azurite;

/// <summary>
/// Reads from Azurite's output where its three services listen. Azurite is started with port 0, so that the system picks
/// ports that are free at that very moment, and says on start which they are.
/// </summary>
internal sealed partial class AzuriteListening
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Uri> _services = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<AzuriteEndpoints> _endpoints = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when all three services listen.</summary>
    public Task<AzuriteEndpoints> Endpoints => _endpoints.Task;

    public void Read(string line)
    {
        if (Listening().Match(line) is not { Success: true } match)
            return;
        lock (_lock)
        {
            _services[match.Groups["service"].Value] = new Uri(match.Groups["address"].Value);
            if (_services.Count == 3)
                _endpoints.TrySetResult(new AzuriteEndpoints(_services["Blob"], _services["Queue"], _services["Table"]));
        }
    }

    [GeneratedRegex(@"^Azurite (?<service>Blob|Queue|Table) service is successfully listening at (?<address>http://\S+)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
