using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Agents;
using Orchestrator.Functions.Logging;

namespace Orchestrator.Functions.Startup;

/// <summary>
/// <c>host.json</c> as the host reads it, with what settings below <c>AzureFunctionsJobHost</c> put in its place: it lies beside the app on both platforms,
/// so what both host and app must know stands there alone.
/// </summary>
public sealed class HostFile
{
    private const string FileName = "host.json";
    private const string TimeoutKey = "functionTimeout";
    private const string Overrides = "AzureFunctionsJobHost";

    /// <summary>The folder of the app, where the host says it.</summary>
    private const string FolderKey = "FUNCTIONS_APPLICATION_DIRECTORY";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private HostFile(IConfigurationRoot root, HostLimits limits, IReadOnlyList<string> faults) => (Root, Limits, Faults) = (root, limits, faults);

    /// <summary>All that it says.</summary>
    public IConfigurationRoot Root { get; }

    /// <summary>What it lays down for the app.</summary>
    public HostLimits Limits { get; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Reads that of the app.</summary>
    public static HostFile Find(IServiceProvider services)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        string?[] folders = [configuration[FolderKey], services.GetService<IHostEnvironment>()?.ContentRootPath, AppContext.BaseDirectory];
        return Read(folders.FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, FileName))) ?? AppContext.BaseDirectory, configuration);
    }

    /// <summary>Reads that of a folder.</summary>
    public static HostFile Read(string folder, IConfiguration configuration)
    {
        var path = Path.Combine(folder, FileName);
        var faults = new List<string>();
        var builder = new ConfigurationBuilder();
        try
        {
            if (File.Exists(path))
                builder.AddJsonStream(new MemoryStream(File.ReadAllBytes(path)));
            else
                faults.Add($"There is no {FileName} in {folder}; it belongs beside the app's assemblies.");
            builder.AddConfiguration(configuration.GetSection(Overrides));
            var root = builder.Build();
            var limits = new HostLimits(TimeoutOf(root, faults));
            return new HostFile(root, limits, [.. faults, .. LevelSettings.FindFaultsOfHostFile(root)]);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or InvalidDataException)
        {
            return new HostFile(new ConfigurationBuilder().Build(), HostLimits.Default, [$"{path} is not valid JSON: {exception.Message}"]);
        }
    }

    /// <summary>The host's own default depends on the plan, so the app cannot know it: the file must say it.</summary>
    private static TimeSpan TimeoutOf(IConfigurationRoot root, List<string> faults)
    {
        const string rule = "it must be a time (hh:mm:ss) from 00:00:01 to 1.00:00:00, or -1 for none";
        var text = root[TimeoutKey];
        if (text == "-1")
            return Longest;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit >= TimeSpan.FromSeconds(1) && limit <= Longest)
            return limit;
        if (faults.Count == 0)
            faults.Add($"{FileName}: {TimeoutKey} is {(text is null ? "not set" : $"'{text}'")}; {rule}.");
        return HostLimits.Default.FunctionTimeout;
    }
}
