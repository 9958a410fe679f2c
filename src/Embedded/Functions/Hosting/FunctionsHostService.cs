using Embedded.Functions.Extensibility;
using Embedded.Functions.Invocation;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Hosting;

/// <summary>
/// Binds the functions before any service starts, listens when all have started, and on stop takes nothing new and waits for
/// what is in flight. Invocations are told to end <see cref="Grace"/> before the host's shutdown time-out.
/// </summary>
internal sealed partial class FunctionsHostService(
    FunctionCatalog catalog, FunctionInstances instances, TriggerListeners listeners, StartupReport report, StopSignal stop, HostMode mode, TimeProvider clock,
    IOptions<HostOptions> options, ILogger<FunctionsHostService> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private IReadOnlyList<EmbeddedFunction> _functions = [];
    private bool _ready;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (mode.IsHostile)
            LogHostile(logger, mode.Seed);
        _functions = catalog.BindAll();
        return Task.CompletedTask;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await instances.StartAsync(cancellationToken);
        await listeners.StartAsync(cancellationToken);
        _ready = true;
        report.Write(_functions);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => instances.StoppingAsync(cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_ready)
            LogStopping(logger);
        var patience = options.Value.ShutdownTimeout - Grace;
        using var timer = clock.CreateTimer(_ => stop.Fire(), null, patience > TimeSpan.Zero ? patience : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await using var cutOff = cancellationToken.UnsafeRegister(_ => stop.Fire(), null);
        try
        {
            await listeners.StopAsync(cancellationToken);
        }
        finally
        {
            await instances.StopAsync(cancellationToken);
        }

        if (_ready)
            LogStopped(logger);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "The platform is hostile, for tests; Embedded:Seed={Seed} draws the same again.")]
    private static partial void LogHostile(ILogger logger, int seed);

    [LoggerMessage(EventId = 111, Level = LogLevel.Information, Message = "Stopping: finishing what is in flight.")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(EventId = 112, Level = LogLevel.Information, Message = "Stopped.")]
    private static partial void LogStopped(ILogger logger);
}
