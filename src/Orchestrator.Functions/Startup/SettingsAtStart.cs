using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Orchestrator.Configuration;
using Orchestrator.Functions.Logging;

namespace Orchestrator.Functions.Startup;

/// <summary>
/// Says at start which keys are set and do nothing, and of those that come later when the settings change. Those that are nearly a setting have stopped the start before;
/// so have levels of the log that are none, of which this tells later.
/// </summary>
internal sealed partial class SettingsAtStart(SettingsCatalog settings, IConfiguration configuration, ILogger<SettingsAtStart> logger) : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _told = new(StringComparer.OrdinalIgnoreCase);
    private string _levelFaults = "";
    private IDisposable? _watch;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Tell();
        _watch = ChangeToken.OnChange(configuration.GetReloadToken, Tell);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _watch?.Dispose();

    private void Tell()
    {
        lock (_lock)
        {
            foreach (var unknown in settings.FindUnknown().Where(unknown => _told.Add(unknown.Key)))
            {
                if (unknown.Nearest is { } nearest)
                    LogUnknownNear(unknown.Key, nearest);
                else
                    LogUnknown(unknown.Key);
            }

            var faults = string.Join(' ', LevelSettings.FindFaults(configuration));
            if (faults.Length > 0 && faults != _levelFaults)
                LogLevelsRefused(faults);
            _levelFaults = faults;
        }
    }

    [LoggerMessage(4610, LogLevel.Warning, "{Key} is set and is no setting of this release; it is passed over.")]
    private partial void LogUnknown(string key);

    [LoggerMessage(4611, LogLevel.Warning, "{Key} is set and is no setting of this release; it is passed over. The nearest is {Nearest}.")]
    private partial void LogUnknownNear(string key, string nearest);

    [LoggerMessage(4612, LogLevel.Error, "A change of the log's levels in the settings is refused, and those before it stay in force: {Faults}")]
    private partial void LogLevelsRefused(string faults);
}
