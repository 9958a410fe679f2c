using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Orchestrator.Functions.Logging;

/// <summary>
/// Reads the levels of the log in the settings as the framework does, except that one which is none does not keep the app from telling so: the levels before it stay. The
/// framework would throw while the first logger is made, before anything has been checked; and into nowhere when the settings change.
/// </summary>
internal sealed class SteadyLevels(IConfigureOptions<LoggerFilterOptions> read) : IConfigureOptions<LoggerFilterOptions>
{
    /// <summary>What reads the levels in the framework, which has no public name.</summary>
    private const string Reader = "Microsoft.Extensions.Logging.LoggerFilterConfigureOptions";

    private volatile LoggerFilterOptions _last = new();

    /// <summary>Puts itself in the place of the framework's own.</summary>
    public static void Replace(IServiceCollection services)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (services[i] is { IsKeyedService: false, ImplementationInstance: IConfigureOptions<LoggerFilterOptions> read } && read.GetType().FullName == Reader)
                services[i] = ServiceDescriptor.Singleton<IConfigureOptions<LoggerFilterOptions>>(new SteadyLevels(read));
        }
    }

    /// <inheritdoc/>
    public void Configure(LoggerFilterOptions options)
    {
        var levels = new LoggerFilterOptions { CaptureScopes = options.CaptureScopes };
        try
        {
            read.Configure(levels);
            _last = levels;
        }
        catch (InvalidOperationException)
        {
            levels = _last;
        }

        options.CaptureScopes = levels.CaptureScopes;
        foreach (var rule in levels.Rules)
            options.Rules.Add(rule);
    }
}
