using Embedded.Functions.Extensibility;
using Embedded.Functions.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.Functions.Configuration;

/// <summary>
/// Where settings come from, weakest first: the default account, appsettings files, local.settings.json, environment variables, command line. All
/// files lie in the app's output folder, or in the one that <c>--contentRoot</c> names; when one changes, it is read anew.
/// </summary>
internal static class AppConfiguration
{
    private const string TakeOver = "--take-over";
    private const string DefaultAccount = "AzureWebJobsStorage";

    private static readonly Dictionary<string, string> Switches = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--port"] = HttpSettings.PortKey,
        [TakeOver] = "Embedded:TakeOver",
    };

    /// <summary>The address is said always, so that an app can tell where it can be reached from; on the real platform there is no such setting.</summary>
    private static readonly Dictionary<string, string?> Defaults = new(StringComparer.OrdinalIgnoreCase) { [HttpSettings.AddressKey] = HttpSettings.DefaultAddress };

    /// <summary>An app that is told of no account, neither by a connection string nor by name, uses the storage emulator on its usual ports.</summary>
    private static readonly Dictionary<string, string?> Emulator = new(StringComparer.OrdinalIgnoreCase) { [DefaultAccount] = "UseDevelopmentStorage=true" };

    /// <exception cref="HostStartException">A file is not what it should be.</exception>
    public static HostApplicationBuilder CreateBuilder(string[] args)
    {
        args = [.. WithValues(args)];
        var early = new ConfigurationBuilder().AddEnvironmentVariables("AZURE_FUNCTIONS_").AddCommandLine(args, Switches).Build();
        var folder = Path.GetFullPath(early[HostDefaults.ContentRootKey] ?? AppContext.BaseDirectory);
        var environment = early[HostDefaults.EnvironmentKey] ?? Environments.Production;
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            ContentRootPath = folder,
            EnvironmentName = environment,
        });
        var reloads = new FileReloads();
        builder.Services.AddSingleton(reloads);
        builder.Configuration.AddInMemoryCollection(Defaults);
        AddFile(builder.Configuration, folder, "appsettings.json", reloads);
        AddFile(builder.Configuration, folder, $"appsettings.{environment}.json", reloads);
        LocalSettings.Check(folder);
        ((IConfigurationBuilder)builder.Configuration).Add(new LocalSettingsSource(reloads) { Path = LocalSettings.FileName, Optional = true, ReloadOnChange = true });
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(args, Switches);
        if (!StorageConnection.NamesAccount(builder.Configuration.GetSection(DefaultAccount)))
            builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Emulator });
        if (builder.Environment.IsDevelopment())
            builder.ConfigureContainer(new DefaultServiceProviderFactory(new ServiceProviderOptions { ValidateScopes = true }));
        return builder;
    }

    private static void AddFile(ConfigurationManager configuration, string folder, string name, FileReloads reloads)
    {
        try
        {
            ((IConfigurationBuilder)configuration).Add(new SteadyJsonSource(reloads) { Path = name, Optional = true, ReloadOnChange = true });
        }
        catch (InvalidDataException fault)
        {
            throw new HostSettingsException($"{Path.Combine(folder, name)} is not valid JSON: {fault.InnerException?.Message ?? fault.Message}", fault);
        }
    }

    /// <summary>Gives <c>--take-over</c>, which stands alone, the value that every key of the configuration has.</summary>
    private static IEnumerable<string> WithValues(string[] args) =>
        args.Select(arg => string.Equals(arg, TakeOver, StringComparison.OrdinalIgnoreCase) ? TakeOver + "=true" : arg);
}
