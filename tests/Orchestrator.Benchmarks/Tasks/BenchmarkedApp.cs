using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;

namespace Orchestrator.Benchmarks.Tasks;

/// <summary>A function app on an Azurite of its own with a fresh folder, and a text of about 2 KiB for its tasks.</summary>
internal sealed class BenchmarkedApp : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    private BenchmarkedApp(AzuriteServer azurite, DirectoryInfo folder, FunctionApp app, string file)
    {
        (Azurite, _folder, App) = (azurite, folder, app);
        Load = new TaskLoad(app.Http.BaseAddress!, file);
    }

    public AzuriteServer Azurite { get; }

    public FunctionApp App { get; }

    public TaskLoad Load { get; }

    /// <param name="connect">Where the app shall find the storage; null for Azurite itself.</param>
    public static async Task<BenchmarkedApp> StartAsync(Func<AzuriteServer, string>? connect = null)
    {
        var azurite = await AzuriteServer.StartAsync(isSaved: true);
        var folder = Directory.CreateTempSubdirectory("orchestrator-benchmark-");
        var file = Path.Combine(folder.FullName, "text.txt");
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("Quick foxes jump high over the lazy dogs of the old village. ", 34)));
        var app = await FunctionApp.StartAsync(new FunctionAppSetup
        {
            IsMeasured = true,
            ConnectionString = connect?.Invoke(azurite) ?? azurite.ConnectionString,
            ReadFolders = [folder.FullName],
            Environment = new Dictionary<string, string> { ["AzureFunctionsJobHost__logging__logLevel__default"] = "Warning" },
        });
        return new BenchmarkedApp(azurite, folder, app, file);
    }

    public async ValueTask DisposeAsync()
    {
        Load.Dispose();
        await App.DisposeAsync();
        await Azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
