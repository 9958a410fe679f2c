using Orchestrator.Cli.Repository;

namespace Orchestrator.Cli.Demo;

/// <summary>What the demo works on.</summary>
/// <param name="Folder">Absolute path of the folder whose files are digested.</param>
/// <param name="Pattern">Which files, as <c>files.list</c> takes it.</param>
/// <param name="Paths">Files and folders in it to look at; null for the whole folder.</param>
/// <param name="MaxFiles">Most files to digest.</param>
/// <param name="Report">Absolute path of the report.</param>
internal sealed record DemoPlan(string Folder, string Pattern, IReadOnlyList<string>? Paths, int MaxFiles, string Report)
{
    private static readonly string[] _ownTexts = ["README.md", "docs"];

    /// <summary>Works out what the options mean.</summary>
    /// <exception cref="CommandException">The folder is missing, or the report cannot be written where it should be.</exception>
    public static DemoPlan Create(DemoOptions options, RepositoryRoot repository)
    {
        var report = Path.GetFullPath(options.Output ?? Path.Combine(repository.ArtifactsFolder, "demo-report.md"));
        if (Directory.Exists(report))
            throw new CommandException($"{report} is a folder: give --output the path of a file.");

        if (options.Folder is null)
            return OwnTexts(repository, options, report);
        var folder = Path.GetFullPath(options.Folder);
        return Directory.Exists(folder)
            ? new DemoPlan(folder, options.Pattern ?? "*.md;*.txt", Paths: null, options.MaxFiles, report)
            : throw new CommandException($"Folder {folder} does not exist: give --folder a folder with texts to digest.");
    }

    /// <summary>The project's own README and docs.</summary>
    private static DemoPlan OwnTexts(RepositoryRoot repository, DemoOptions options, string report)
    {
        string[] paths = [.. _ownTexts.Where(path => Path.Exists(Path.Combine(repository.Path, path)))];
        return paths.Length > 0
            ? new DemoPlan(repository.Path, options.Pattern ?? "*.md", paths, options.MaxFiles, report)
            : throw new CommandException($"{repository.Path} has neither README.md nor docs: give --folder a folder with texts to digest.");
    }
}
