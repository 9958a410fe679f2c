namespace Orchestrator.Infra.Tests.Files;

/// <summary>The files of this repository that are deployed, or deploy.</summary>
internal static class RepositoryFiles
{
    /// <summary>The absolute path of the folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The absolute path of a file or folder.</summary>
    /// <param name="path">Its path from the root, with '/' between folders.</param>
    public static string PathOf(string path) => Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The text of a file.</summary>
    /// <param name="path">Its path from the root, with '/' between folders.</param>
    public static string Read(string path) => File.ReadAllText(PathOf(path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Orchestrator.sln.");
    }
}
