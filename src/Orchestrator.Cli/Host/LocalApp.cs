using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Host;

internal sealed class LocalApp(FunctionAppProcess app, RunningStorage storage) : IRunningApp
{
    public Uri Address => app.Address;

    public string Storage => storage.Description;

    public Task<string> EndedAsync() => app.EndedAsync();

    public async Task StopAsync(CancellationToken atOnce)
    {
        try
        {
            await app.StopAsync(atOnce);
            await app.DisposeAsync();
        }
        finally
        {
            if (storage.StopAsync is { } stopStorage)
                await stopStorage(atOnce);
        }
    }
}
