namespace Orchestrator.Agents.Samples.Files;

/// <summary>
/// Which folders the sample agents may touch. Whoever may submit a task chooses its paths, so nothing is allowed that is
/// not named here.
/// </summary>
public sealed class FileAccessOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Orchestrator:Agents:Files";

    /// <summary>An absolute folder whose files the sample agents may list and read, subfolders included.</summary>
    public IList<string> ReadFolders { get; } = [];

    /// <summary>An absolute folder in which they may write files, subfolders included.</summary>
    public IList<string> WriteFolders { get; } = [];
}
