using Orchestrator.Cli.Azurite;
using Orchestrator.Cli.Repository;

namespace Orchestrator.TestKit.Storage;

/// <summary>
/// The one Azurite of this test process, started when the first test asks for it, with a fresh folder under the system's
/// temporary one. It ends with the process: its standard input is a pipe from here, and its end stops it even when the
/// test host is killed.
/// </summary>
internal static class SharedAzurite
{
    private static readonly Lazy<Task<AzuriteProcess>> _azurite = new(StartAsync, LazyThreadSafetyMode.ExecutionAndPublication);

    public static Task<AzuriteProcess> StartedAsync() => _azurite.Value;

    private static async Task<AzuriteProcess> StartAsync()
    {
        var repository = RepositoryRoot.Find(AppContext.BaseDirectory);
        var installer = new AzuriteInstaller(repository, new Npm(TimeProvider.System), TimeProvider.System);
        var script = await installer.EnsureInstalledAsync(Console.WriteLine, CancellationToken.None);

        var folder = Directory.CreateTempSubdirectory("orchestrator-azurite-").FullName;
        var azurite = await AzuriteProcess.StartAsync(script, folder, TimeProvider.System, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Stop(azurite, folder);
        return azurite;
    }

    private static void Stop(AzuriteProcess azurite, string folder)
    {
        // Nothing may be awaited in this event, and its time is short: the data is thrown away, so nothing needs saving.
        using var atOnce = new CancellationTokenSource();
        atOnce.Cancel();
        azurite.StopAsync(atOnce.Token).GetAwaiter().GetResult();
        Directory.Delete(folder, recursive: true);
    }
}
