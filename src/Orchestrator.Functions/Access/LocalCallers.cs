using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Orchestrator.Functions.Access;

/// <summary>Tells whoever is on this machine, where they need no key.</summary>
internal sealed class LocalCallers(IOptions<AccessOptions> options, AppAddress address)
{
    private const string ForwardedPrefix = "X-Forwarded-";
    private static readonly string[] ForwardingHeaders = ["Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "X-Original-Host", "X-ARR-LOG-ID"];
    private static readonly string[] OwnSites = ["none", "same-origin"];

    /// <summary>Whether there are any such callers.</summary>
    public bool AreTrusted { get; } = !options.Value.RequireKeys && address.IsOwn && (options.Value.TrustLoopback ?? address.IsLoopback);

    /// <summary>
    /// Whether a request comes from one. The address alone would not do: behind a proxy every request comes from loopback, and so do those of a web page
    /// in a browser here, under the page's own name (rebound to 127.0.0.1), with its origin, or with what the browser says of the site it is of.
    /// </summary>
    public bool Include(HttpRequest request) =>
        AreTrusted
        && request.HttpContext.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && IsLoopbackName(request.Host.Host)
        && !ForwardingHeaders.Any(request.Headers.ContainsKey)
        && !request.Headers.Keys.Any(name => name.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase))
        && request.Headers["Sec-Fetch-Site"].All(site => OwnSites.Contains(site, StringComparer.OrdinalIgnoreCase))
        && request.Headers.Origin.All(IsLoopbackOrigin);

    private static bool IsLoopbackOrigin(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopbackName(uri.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named));
}
