using System.Text.Json;
using Embedded.Functions.Extensibility;
using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Configuration;

/// <summary>Reads <c>host.json</c>.</summary>
internal static class HostJsonFile
{
    /// <summary>Keys below it override the file, as on the real platform: <c>AzureFunctionsJobHost__extensions__http__routePrefix</c>.</summary>
    private const string OverrideSection = "AzureFunctionsJobHost";

    /// <summary>The file in <paramref name="folder"/>; defaults for everything if there is none.</summary>
    /// <exception cref="HostStartException">The file is not JSON.</exception>
    public static HostJson Load(string folder, IConfiguration configuration)
    {
        var path = Path.Combine(folder, "host.json");
        try
        {
            var builder = new ConfigurationBuilder();
            if (File.Exists(path))
                builder.AddJsonStream(new MemoryStream(File.ReadAllBytes(path)));
            return new HostJson(builder.AddConfiguration(configuration.GetSection(OverrideSection)).Build());
        }
        catch (Exception fault) when (fault is FormatException or JsonException)
        {
            throw new HostSettingsException($"{path} is not valid JSON: {fault.Message}", fault);
        }
    }
}
