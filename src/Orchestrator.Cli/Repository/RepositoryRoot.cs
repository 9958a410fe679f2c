namespace Orchestrator.Cli.Repository;

/// <summary>The checked-out repository: where the function app, the pinned tools and the git-ignored folders are.</summary>
internal sealed record RepositoryRoot(string Path)
{
    private const string Marker = "Orchestrator.sln";

    /// <summary>Holds what a run leaves behind, such as reports; git-ignored.</summary>
    public string ArtifactsFolder => System.IO.Path.Combine(Path, "artifacts");

    /// <summary>Holds the data of the storage emulator; git-ignored.</summary>
    public string AzuriteFolder => System.IO.Path.Combine(Path, ".azurite");

    /// <summary>Walks up from <paramref name="start"/> to the folder that holds the solution.</summary>
    /// <exception cref="CommandException">No folder above <paramref name="start"/> holds it.</exception>
    public static RepositoryRoot Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, Marker)))
                return new RepositoryRoot(folder.FullName);
        }

        throw new CommandException($"No {Marker} was found in {start} or above it: run the command from a checkout of the repository.");
    }
}
