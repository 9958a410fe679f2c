using Orchestrator.Cli.Repository;
using Orchestrator.Cli.Storage;

namespace Orchestrator.Cli.Azurite;

/// <summary>Starts the pinned Azurite with its data under the repository's git-ignored folder.</summary>
internal sealed class AzuriteStarter(RepositoryRoot repository, AzuriteInstaller installer, TimeProvider time) : IEmulatorStarter
{
    /// <inheritdoc />
    public async Task<RunningStorage> StartAsync(string name, Action<string> say, CancellationToken cancellationToken)
    {
        var script = await installer.EnsureInstalledAsync(say, cancellationToken);
        var folder = Path.Combine(repository.AzuriteFolder, name);
        var azurite = await AzuriteProcess.StartAsync(script, folder, isSaved: true, time, cancellationToken);
        return new RunningStorage(
            azurite.Endpoints.ConnectionString,
            $"an Azurite of this run, {azurite.Endpoints.TableAccount}, data in {folder}",
            async atOnce =>
            {
                await azurite.StopAsync(atOnce);
                await azurite.DisposeAsync();
            });
    }
}
