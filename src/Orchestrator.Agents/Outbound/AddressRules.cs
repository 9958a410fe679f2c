using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Agents.Outbound;

/// <summary>
/// Tells addresses of the public internet from all others. An IPv6 address that carries an IPv4 address is judged by that one too. Sources: the IANA registries
/// of special-purpose addresses for IPv4 and IPv6, RFC 6052 (NAT64), RFC 3056 (6to4), RFC 5214 (ISATAP).
/// </summary>
internal static class AddressRules
{
    private static readonly IPNetwork[] _notPublic =
    [
        Network("0.0.0.0/8"), Network("10.0.0.0/8"), Network("100.64.0.0/10"), Network("127.0.0.0/8"), Network("169.254.0.0/16"), Network("172.16.0.0/12"),
        Network("192.0.0.0/24"), Network("192.0.2.0/24"), Network("192.88.99.0/24"), Network("192.168.0.0/16"), Network("198.18.0.0/15"), Network("198.51.100.0/24"),
        Network("203.0.113.0/24"), Network("224.0.0.0/4"), Network("240.0.0.0/4"),
        // What a virtual machine of Azure asks for its configuration.
        Network("168.63.129.16/32"),
        // Protocol assignments, among them Teredo, and documentation.
        Network("2001::/23"), Network("2001:db8::/32"), Network("3fff::/20"),
    ];

    private static readonly IPNetwork _global6 = Network("2000::/3");
    private static readonly IPNetwork _nat64 = Network("64:ff9b::/96");
    private static readonly IPNetwork _6to4 = Network("2002::/16");

    /// <summary>Whether an address is one of the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !Array.Exists(_notPublic, network => network.Contains(address));
        if (Carried(address) is { } carried)
            return IsPublic(carried);
        return _global6.Contains(address) && !Array.Exists(_notPublic, network => network.Contains(address));
    }

    /// <summary>The IPv4 address that an IPv6 address stands for or tunnels to.</summary>
    private static IPAddress? Carried(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6 || _nat64.Contains(address) || IsIsatap(bytes))
            return new IPAddress(bytes.AsSpan(12, 4));
        return _6to4.Contains(address) ? new IPAddress(bytes.AsSpan(2, 4)) : null;
    }

    private static bool IsIsatap(ReadOnlySpan<byte> bytes) => (BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) & ~0x0200_0000u) == 0x0000_5efe;

    private static IPNetwork Network(string text) => IPNetwork.Parse(text);
}
