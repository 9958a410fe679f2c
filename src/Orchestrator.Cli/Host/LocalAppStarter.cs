using System.Diagnostics;
using Orchestrator.Cli.Processes;
using Orchestrator.Cli.Repository;
using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Host;

/// <summary>Starts the app that was built in this repository, on this machine.</summary>
/// <param name="commandFolder">Where the command's own assembly is.</param>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class LocalAppStarter(
    RepositoryRoot repository, string commandFolder, StorageSelector storages, Func<string, string?> environment, TimeProvider time) : IAppStarter
{
    private const int FreePortAttempts = 3;

    /// <inheritdoc />
    public async Task<IRunningApp> StartAsync(AppRequest request, Action<string> say, CancellationToken cancellationToken)
    {
        var assembly = FunctionAppLocation.Find(repository, commandFolder);
        if (request.Port is { } port && !LoopbackPort.IsFree(port))
            throw new CommandException($"Port {port} of 127.0.0.1 is taken by another program: end it, or choose another port with --port.");

        var configured = StorageConfiguration.Find(repository, environment);
        var storage = await storages.SelectAsync(configured, request.Name, say, cancellationToken);
        say($"Storage: {storage.Description}");
        try
        {
            var app = await StartAppAsync(assembly, storage, request, cancellationToken);
            say($"Function app: {app.Address}");
            return new LocalApp(app, storage);
        }
        catch
        {
            if (storage.StopAsync is { } stopStorage)
                await stopStorage(CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc />
    public async Task<int> CheckAsync(Action<string> say, Action<string> complain, CancellationToken cancellationToken)
    {
        var assembly = FunctionAppLocation.Find(repository, commandFolder);
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Path.GetDirectoryName(assembly), ArgumentList = { assembly, "--check" } };
        await using var check = ChildProcess.Start(start, time, say, complain);
        return await check.Exited.WaitAsync(cancellationToken);
    }

    private async Task<FunctionAppProcess> StartAppAsync(string assembly, RunningStorage storage, AppRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = request.Port ?? LoopbackPort.TakeFree();
            var settings = new FunctionAppSettings(storage.ConnectionString, port, request.ReadFolders, request.WriteFolders) { FirstKey = request.FirstKey };
            try
            {
                return await FunctionAppProcess.StartAsync(assembly, settings, time, cancellationToken);
            }
            catch (CommandException) when (request.Port is null && attempt < FreePortAttempts && !LoopbackPort.IsFree(port))
            {
                // Somebody took the port between our look and the app's start.
            }
        }
    }
}
