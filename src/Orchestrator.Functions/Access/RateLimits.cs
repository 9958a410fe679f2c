using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Access;

/// <summary>Holds each caller to its rate, and whoever shows nothing to that of its address.</summary>
internal sealed class RateLimits(IOptions<RateLimitOptions> options, AppAddress address, TimeProvider time)
{
    /// <summary>Callers, and addresses, that are counted by themselves.</summary>
    public const int Most = 10_000;

    private readonly TokenBuckets _callers = new(new Rate(options.Value.PerSecond, options.Value.Burst), Most, time);
    private readonly TokenBuckets _addresses = new(new Rate(options.Value.AnonymousPerSecond, options.Value.AnonymousBurst), Most, time);

    /// <summary>Counts a request of a caller.</summary>
    /// <exception cref="ProblemException">It is one too many.</exception>
    public void Demand(Caller caller)
    {
        if (_callers.Take(caller.Id) is { } wait)
            throw new ProblemException(KnownProblems.TooManyRequests("You send more requests than one caller may.", wait));
    }

    /// <summary>What a request that nobody may stand for is counted by.</summary>
    public AddressTurn TurnOf(HttpRequest request) => new(_addresses, NetworkOf(request));

    /// <summary>The IPv4 address, or the /64 of an IPv6 address: whoever has one of its addresses has all of them.</summary>
    private string NetworkOf(HttpRequest request)
    {
        if (ClientOf(request) is not { } client)
            return "unknown";
        if (client.IsIPv4MappedToIPv6)
            client = client.MapToIPv4();
        return client.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(client.GetAddressBytes().AsSpan(0, 8)) : client.ToString();
    }

    /// <summary>Where the request comes from. What a proxy says of it is believed only where a host of the platform is that proxy, and only its own word, the last.</summary>
    private IPAddress? ClientOf(HttpRequest request)
    {
        var remote = request.HttpContext.Connection.RemoteIpAddress;
        if (address.IsOwn || request.Headers["X-Forwarded-For"] is not [.., { } forwarded])
            return remote;

        var last = forwarded[(forwarded.LastIndexOf(',') + 1)..].Trim();
        return IPEndPoint.TryParse(last, out var client) ? client.Address : remote;
    }
}
