using Embedded.Functions.Extensibility;
using Embedded.Functions.Invocation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Hosting;

/// <summary>
/// Stands for a machine of the cloud that runs functions of one kind: a provider of its own, and the app's hosted services in it,
/// because every machine runs <c>Program.cs</c> and with it all of them, whatever functions it is there for.
/// </summary>
internal sealed partial class FunctionInstance(IServiceProvider services) : IAsyncDisposable
{
    private readonly ILogger _logger = services.GetRequiredService<ILogger<FunctionInstance>>();
    private readonly IHostApplicationLifetime _lifetime = services.GetRequiredService<IHostApplicationLifetime>();
    private IHostedService[] _hosted = [];
    private volatile Type? _failed;

    /// <summary>What the functions of this instance share.</summary>
    public InvocationRuntime Runtime { get; } = services.GetRequiredService<InvocationRuntime>();

    private IEnumerable<IHostedLifecycleService> Lifecycle => _hosted.OfType<IHostedLifecycleService>();

    /// <summary>Starts the hosted services, as a host does.</summary>
    /// <remarks>The options are those that the host has validated already.</remarks>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _hosted = [.. services.GetServices<IHostedService>()];
        foreach (var service in Lifecycle)
            await service.StartingAsync(cancellationToken);
        foreach (var service in _hosted)
        {
            await service.StartAsync(cancellationToken);
            if (service is BackgroundService { ExecuteTask: { } running })
                _ = WatchAsync(running, service.GetType());
        }

        foreach (var service in Lifecycle)
            await service.StartedAsync(cancellationToken);
    }

    /// <summary>Tells the hosted services that the end is near, while functions still run.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        foreach (var service in Lifecycle.Reverse())
            await service.StoppingAsync(cancellationToken);
    }

    /// <summary>Stops the hosted services, when no function runs any more.</summary>
    /// <exception cref="HostStartException">The failure of one of them has stopped the host: it must not end as if it had been told to.</exception>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var service in _hosted.Reverse())
            await service.StopAsync(cancellationToken);
        foreach (var service in Lifecycle.Reverse())
            await service.StoppedAsync(cancellationToken);
        if (_failed is { } failed)
            throw new HostStartException($"The hosted service '{failed.Name}' has failed, which has stopped the host; the log says why.");
    }

    public async ValueTask DisposeAsync()
    {
        if (services is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            (services as IDisposable)?.Dispose();
    }

    private async Task WatchAsync(Task running, Type service)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (running.Exception is { } fault)
        {
            _failed = service;
            LogServiceFailed(fault.InnerException!, service.Name);
            _lifetime.StopApplication();
        }
    }

    [LoggerMessage(EventId = 114, Level = LogLevel.Critical, Message = "The hosted service '{Service}' has failed, so the host stops.")]
    private partial void LogServiceFailed(Exception fault, string service);
}
