using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Functions.Access;

/// <summary>Where requests come from.</summary>
internal sealed class ClientNetworks(AppAddress address)
{
    private const string Unknown = "unknown";

    /// <summary>The IPv4 address, or the /64 of an IPv6 address: whoever has one of its addresses has all of them.</summary>
    public string Of(HttpRequest request)
    {
        if (ClientOf(request) is not { } client)
            return Unknown;
        return client.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(client.GetAddressBytes().AsSpan(0, 8)) : client.ToString();
    }

    /// <summary>The network for people and for the log, so wide that it stands for no person: the /24 of an IPv4 address, the /48 of an IPv6 address.</summary>
    public string NameOf(HttpRequest request)
    {
        if (ClientOf(request) is not { } client)
            return Unknown;

        var bytes = client.GetAddressBytes();
        var kept = bytes.Length == 4 ? 3 : 6;
        bytes.AsSpan(kept).Clear();
        return $"{new IPAddress(bytes)}/{8 * kept}";
    }

    /// <summary>What a proxy says of it is believed only where a host of the platform is that proxy, and only its own word, the last.</summary>
    private IPAddress? ClientOf(HttpRequest request)
    {
        var client = request.HttpContext.Connection.RemoteIpAddress;
        if (!address.IsOwn && request.Headers["X-Forwarded-For"] is [.., { } forwarded] && IPEndPoint.TryParse(forwarded[(forwarded.LastIndexOf(',') + 1)..].Trim(), out var last))
            client = last.Address;
        return client is { IsIPv4MappedToIPv6: true } ? client.MapToIPv4() : client;
    }
}
