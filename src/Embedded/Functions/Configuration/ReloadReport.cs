using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Configuration;

/// <summary>Logs what <see cref="FileReloads"/> tells.</summary>
internal sealed partial class ReloadReport(FileReloads reloads, ILogger<ReloadReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        reloads.Tell(fault => LogNotRead(logger, fault));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 115, Level = LogLevel.Error, Message = "A file of settings has changed and cannot be read; what it said before stays in force. {Fault}")]
    private static partial void LogNotRead(ILogger logger, string fault);
}
