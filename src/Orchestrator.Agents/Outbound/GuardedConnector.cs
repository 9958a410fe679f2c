using System.Net;
using System.Net.Sockets;
using Orchestrator.Errors;

namespace Orchestrator.Agents.Outbound;

/// <summary>
/// Makes the connections of outbound calls. The name is resolved once, every address that it has is checked, and the connection goes to one of those very
/// addresses: a name that changes its meaning in between gains nothing.
/// </summary>
internal sealed class GuardedConnector(IHostResolver resolver, IDialer dialer)
{
    /// <exception cref="OutboundRefusedException">The host has an address that may not be called.</exception>
    /// <exception cref="SocketException">The host has no address, or none at which somebody listens.</exception>
    public async Task<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        var addresses = await AddressesAsync(target, cancellationToken);
        SocketException? failure = null;
        foreach (var address in addresses)
        {
            try
            {
                return await dialer.DialAsync(new IPEndPoint(address, target.Port), cancellationToken);
            }
            catch (SocketException exception)
            {
                failure = exception;
            }
        }

        throw failure ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<IPAddress[]> AddressesAsync(DnsEndPoint target, CancellationToken cancellationToken)
    {
        var host = target.Host.Trim('[', ']');
        // Whether this machine may be called at all has been decided by the host's name; its meaning is not asked for.
        if (OutboundRules.IsLoopback(host))
            return IPAddress.TryParse(host, out var loopback) ? [loopback] : [IPAddress.Loopback, IPAddress.IPv6Loopback];

        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolver.ResolveAsync(host, cancellationToken);
        return Array.Find(addresses, address => !AddressRules.IsPublic(address)) is { } forbidden
            ? throw new OutboundRefusedException($"{host}:{target.Port}", $"its address {forbidden} is not one of the public internet")
            : addresses;
    }
}
