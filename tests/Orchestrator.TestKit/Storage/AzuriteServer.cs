using Orchestrator.Cli.Azurite;
using Orchestrator.Cli.Repository;

namespace Orchestrator.TestKit.Storage;

/// <summary>
/// A storage emulator with a fresh folder under the system's temporary one. Whether it is disposed of or not, it does not
/// outlive this process: its standard input is a pipe from here, and its end stops it.
/// </summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    private readonly AzuriteProcess _process;
    private readonly string _folder;
    private readonly EventHandler _stopAtExit;

    private AzuriteServer(AzuriteProcess process, string folder)
    {
        _process = process;
        _folder = folder;
        _stopAtExit = (_, _) => StopAsync().GetAwaiter().GetResult();
        AppDomain.CurrentDomain.ProcessExit += _stopAtExit;
    }

    /// <summary>What AzureWebJobsStorage would hold.</summary>
    public string ConnectionString => Endpoints.ConnectionString;

    /// <summary>The table service, account included.</summary>
    public Uri TableEndpoint => Endpoints.TableAccount;

    /// <summary>The emulator's process.</summary>
    public int ProcessId => _process.ProcessId;

    internal AzuriteEndpoints Endpoints => _process.Endpoints;

    /// <summary>Starts one, installing Azurite first where it is missing.</summary>
    /// <param name="isSaved">Whether it writes all its data into its folder every 5 s, and answers nobody meanwhile, as it does elsewhere. What is to be measured needs that.</param>
    public static async Task<AzuriteServer> StartAsync(bool isSaved = false)
    {
        var repository = RepositoryRoot.Find(AppContext.BaseDirectory);
        var installer = new AzuriteInstaller(repository, new Npm(TimeProvider.System), TimeProvider.System);
        var script = await installer.EnsureInstalledAsync(Console.WriteLine, CancellationToken.None);

        var folder = Directory.CreateTempSubdirectory("orchestrator-azurite-").FullName;
        return new AzuriteServer(await AzuriteProcess.StartAsync(script, folder, isSaved, TimeProvider.System, CancellationToken.None), folder);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= _stopAtExit;
        await StopAsync();
    }

    /// <summary>At once: the data is thrown away, so nothing needs saving.</summary>
    private async Task StopAsync()
    {
        await _process.StopAsync(new CancellationToken(canceled: true));
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
