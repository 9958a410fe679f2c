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

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
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
