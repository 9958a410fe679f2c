using Embedded.Functions.Extensibility;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Embedded.Functions.Hosting;

/// <summary>
/// The host of a function app. A start that fails stops what had started already before the failure is thrown. One that is told to
/// end meanwhile (SIGTERM, Ctrl-C) has not failed: it returns, and whoever runs the host finds that it is to be stopped.
/// </summary>
internal sealed class FunctionsHost(IHost host) : IHost, IAsyncDisposable
{
    public IServiceProvider Services => host.Services;

    private bool IsToldToEnd => Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    /// <exception cref="HostSettingsException">Settings of the platform cannot be read; the message has a line for each.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        // Before the services are made, of which the first with a bad setting would hide the others.
        if (Services.GetServices<HostSettingsCheck>().SelectMany(check => check.FindFaults()).ToList() is { Count: > 0 } faults)
            throw new HostSettingsException(string.Join(Environment.NewLine, faults));
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (IsToldToEnd && !cancellationToken.IsCancellationRequested)
        {
            // Nothing is wrong that anybody would have to be told.
        }
        catch
        {
            await host.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => host.StopAsync(cancellationToken);

    public void Dispose() => host.Dispose();

    public ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
            return disposable.DisposeAsync();
        host.Dispose();
        return ValueTask.CompletedTask;
    }
}
