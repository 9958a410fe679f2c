using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Routing;

/// <summary>Decides whether a request may reach a function: the route table held against the caller's role.</summary>
internal sealed class AccessPolicy
{
    /// <summary>The header that carries an API key.</summary>
    public const string KeyHeader = "X-Api-Key";

    private static readonly string[] ForwardingHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Original-Host", "X-ARR-LOG-ID"];

    private readonly bool _trustLoopback;
    private readonly (byte[] Hash, Role Role)[] _keys;

    public AccessPolicy(IOptions<AccessOptions> options)
    {
        _trustLoopback = options.Value.TrustLoopback;
        _keys = [.. options.Value.Keys.Values.Select(key => (Hash(key.Key), key.Role))];
    }

    /// <summary>Lets the request pass, or throws.</summary>
    /// <param name="function">The function the host has chosen.</param>
    /// <param name="request">What the caller sent.</param>
    /// <exception cref="ProblemException">The function has no row, the caller shows no valid key, or its role is too low.</exception>
    public void Demand(string function, HttpRequest request)
    {
        if (RouteTable.Find(function) is not { } route)
            throw new ProblemException(KnownProblems.Forbidden($"The function '{function}' has no row in the route table, so nobody may call it."));
        if (route.Role == Role.Anyone)
            return;

        var role = RoleOf(request);
        if (role == Role.Anyone)
            throw new ProblemException(KnownProblems.Unauthorized($"Send a valid key in the header {KeyHeader}. Keys are configured under {AccessOptions.SectionName}:Keys."));
        if (role < route.Role)
            throw new ProblemException(KnownProblems.Forbidden($"The key's role is {role}; {route.Method} {route.Template} needs {route.Role}."));
    }

    private Role RoleOf(HttpRequest request)
    {
        var given = request.Headers[KeyHeader];
        if (given.Count == 0)
            return _trustLoopback && IsLocal(request) ? Role.Admin : Role.Anyone;

        // Hashes are of one length and every key is compared, so the time tells nothing of where a guess differs.
        var hash = Hash(given.ToString());
        var role = Role.Anyone;
        foreach (var key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, key.Hash))
                role = key.Role;
        }

        return role;
    }

    /// <summary>
    /// The address alone would not do: behind a proxy every request comes from loopback, and so do those of a web page in a
    /// browser here, under the page's own name (rebound to 127.0.0.1) or with its origin.
    /// </summary>
    private static bool IsLocal(HttpRequest request) =>
        request.HttpContext.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && IsLoopbackName(request.Host.Host)
        && !ForwardingHeaders.Any(request.Headers.ContainsKey)
        && request.Headers.Origin.All(IsLoopbackOrigin);

    private static bool IsLoopbackOrigin(string? origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopbackName(uri.Host);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
