using System.Net;
using Microsoft.Extensions.Options;
using Orchestrator.Errors;

namespace Orchestrator.Agents.Outbound;

/// <summary>
/// Decides whether an address may be called, by its text: on the address as it was parsed, in which numbers in any notation have become IP addresses and names
/// have their ASCII form. What the name stands for is decided when the connection is made, see <see cref="GuardedConnector"/>.
/// </summary>
internal sealed class OutboundRules
{
    private const string Localhost = "localhost";

    private readonly AllowedHost[] _allowed;
    private readonly bool _allowLoopback;

    public OutboundRules(IOptions<OutboundOptions> options)
    {
        _allowed = [.. options.Value.AllowedHosts.Select(AllowedHost.TryParse).OfType<AllowedHost>()];
        _allowLoopback = options.Value.AllowLoopback;
    }

    /// <summary>The address, parsed.</summary>
    /// <exception cref="OutboundRefusedException">It may not be called.</exception>
    public Uri Check(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri)
        ? Check(uri)
        : throw new OutboundRefusedException("an address", "it is not an absolute http or https address");

    /// <inheritdoc cref="Check(string)"/>
    public Uri Check(Uri address) => Reason(address) is { } reason ? throw new OutboundRefusedException(Describe(address), reason) : address;

    /// <summary>Whether a host means this machine by its very name. Such hosts may have loopback addresses only, all others none.</summary>
    public static bool IsLoopback(string host) =>
        string.Equals(host, Localhost, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var ip) && (IPAddress.IsLoopback(ip) || (ip.IsIPv4MappedToIPv6 && IPAddress.IsLoopback(ip.MapToIPv4()))));

    /// <summary>Scheme, host and port.</summary>
    public static string Describe(Uri address) => address.Host.Length == 0 ? $"{address.Scheme}:" : $"{address.Scheme}://{address.IdnHost}:{address.Port}";

    private string? Reason(Uri address)
    {
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            return "only http and https addresses are called";
        if (address.UserInfo.Length > 0)
            return "an address must not name a user";
        if (address.IdnHost.EndsWith('.'))
            return "a host must not end with a dot";
        if (IsLoopback(address.IdnHost.Trim('[', ']')))
            return _allowLoopback ? null : $"this machine may not be called; see {OutboundOptions.SectionName}:{nameof(OutboundOptions.AllowLoopback)}";
        return Array.Exists(_allowed, entry => entry.Allows(address))
            ? null
            : $"{Describe(address)} is not among {OutboundOptions.SectionName}:{nameof(OutboundOptions.AllowedHosts)}";
    }
}
