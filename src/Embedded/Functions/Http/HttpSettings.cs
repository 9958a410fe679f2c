using System.Net;
using Embedded.Functions.Configuration;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Http;

/// <summary>Where and how HTTP functions are served.</summary>
/// <param name="Address">Where to listen; <c>Embedded:Http:Address</c>, default 127.0.0.1.</param>
/// <param name="Port"><c>Embedded:Http:Port</c> or <c>--port</c>; default 7071, 0 for any free one.</param>
/// <param name="RoutePrefix"><c>extensions.http.routePrefix</c> of host.json, default <c>api</c>, without slashes at its ends.</param>
internal sealed record HttpSettings(IPAddress Address, int Port, string RoutePrefix)
{
    /// <summary>The most bytes a request body may have, as on the real host: 100 MiB.</summary>
    public const long MaxRequestBodySize = 104_857_600;

    public const string PortKey = "Embedded:Http:Port";

    public const string AddressKey = "Embedded:Http:Address";

    /// <summary>Where to listen unless told otherwise.</summary>
    public const string DefaultAddress = "127.0.0.1";

    /// <exception cref="HostStartException">A setting is not what it must be.</exception>
    public static HttpSettings Read(IConfiguration configuration, HostJson hostJson)
    {
        var reader = new SettingReader("settings");
        var port = reader.Integer(configuration.GetSection(PortKey), defaultValue: 7071, minimum: 0, maximum: 65535);
        var address = reader.Address(configuration.GetSection(AddressKey), DefaultAddress);
        reader.ThrowIfFaulty();
        var prefix = hostJson.Extension("http")["routePrefix"] ?? "api";
        return new HttpSettings(address, port, prefix.Trim('/'));
    }
}
