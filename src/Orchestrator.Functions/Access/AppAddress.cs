using System.Net;
using Microsoft.Extensions.Configuration;

namespace Orchestrator.Functions.Access;

/// <summary>
/// Where the app itself listens. The embedded platform says so in the configuration, always; a host that listens in the app's place does not, and then
/// every request comes from a proxy, whatever address it has. So a platform that is not known is one on which nobody is trusted.
/// </summary>
internal sealed class AppAddress
{
    /// <summary>The setting.</summary>
    public const string Key = "Embedded:Http:Address";

    public AppAddress(IConfiguration configuration)
    {
        var text = configuration[Key];
        Address = string.Equals(text, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : IPAddress.TryParse(text, out var address) ? address : null;
    }

    /// <summary>The address; null when it is not the app that listens.</summary>
    public IPAddress? Address { get; }

    /// <summary>Whether the address that a request comes from is that of its caller.</summary>
    public bool IsOwn => Address is not null;

    /// <summary>Whether only this machine can reach the app.</summary>
    public bool IsLoopback => Address is not null && IPAddress.IsLoopback(Address);
}
