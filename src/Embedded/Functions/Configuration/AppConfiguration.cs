using Embedded.Functions.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.Functions.Configuration;

/// <summary>
/// Where settings come from, weakest first: appsettings files, local.settings.json, environment variables, command line. All
/// files lie in the app's output folder, or in the one that <c>--contentRoot</c> names.
/// </summary>
internal static class AppConfiguration
{
    private static readonly Dictionary<string, string> Switches = new(StringComparer.OrdinalIgnoreCase) { ["--port"] = HttpSettings.PortKey };

    /// <exception cref="Extensibility.HostStartException">A file is not what it should be.</exception>
    public static HostApplicationBuilder CreateBuilder(string[] args)
    {
        var early = new ConfigurationBuilder().AddEnvironmentVariables("AZURE_FUNCTIONS_").AddCommandLine(args, Switches).Build();
        var folder = Path.GetFullPath(early[HostDefaults.ContentRootKey] ?? AppContext.BaseDirectory);
        var environment = early[HostDefaults.EnvironmentKey] ?? Environments.Production;
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            ContentRootPath = folder,
            EnvironmentName = environment,
        });
        builder.Configuration
            .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
            .AddJsonFile($"appsettings.{environment}.json", optional: true, reloadOnChange: false)
            .AddInMemoryCollection(LocalSettings.Read(folder))
            .AddEnvironmentVariables()
            .AddCommandLine(args, Switches);
        if (builder.Environment.IsDevelopment())
            builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateScopes = true }));
        return builder;
    }
}
