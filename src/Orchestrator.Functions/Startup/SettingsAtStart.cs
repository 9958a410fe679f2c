using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orchestrator.Configuration;

namespace Orchestrator.Functions.Startup;

/// <summary>Says at start which keys are set and do nothing. Those that are nearly a setting have stopped the start before.</summary>
internal sealed partial class SettingsAtStart(SettingsCatalog settings, ILogger<SettingsAtStart> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var unknown in settings.FindUnknown())
        {
            if (unknown.Nearest is { } nearest)
                LogUnknownNear(unknown.Key, nearest);
            else
                LogUnknown(unknown.Key);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(4610, LogLevel.Warning, "{Key} is set and is no setting of this release; it is passed over.")]
    private partial void LogUnknown(string key);

    [LoggerMessage(4611, LogLevel.Warning, "{Key} is set and is no setting of this release; it is passed over. The nearest is {Nearest}.")]
    private partial void LogUnknownNear(string key, string nearest);
}
