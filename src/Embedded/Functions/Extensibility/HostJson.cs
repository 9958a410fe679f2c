using Microsoft.Extensions.Configuration;

namespace Embedded.Functions.Extensibility;

/// <summary>The app's <c>host.json</c>, overridden by configuration keys below <c>AzureFunctionsJobHost</c>. A singleton.</summary>
public sealed class HostJson(IConfiguration root)
{
    /// <summary>The whole file.</summary>
    public IConfiguration Root { get; } = root;

    /// <summary>The settings of one extension: what stands below <c>extensions</c> under that name.</summary>
    public IConfigurationSection Extension(string name) => Root.GetSection("extensions").GetSection(name);
}
