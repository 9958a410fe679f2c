namespace Orchestrator.Agents.Samples.Files;

/// <summary>
/// Which folders the sample agents may touch. Whoever may submit a task chooses its paths, so nothing is allowed that is
/// not named here.
/// </summary>
public sealed class FileAccessOptions
{
    /// <summary>Where the settings are.</summary>
    public const string SectionName = "Agents:Files";

    /// <summary>Absolute folders whose files may be listed and read, subfolders included. Default: none.</summary>
    public IList<string> ReadFolders { get; } = [];

    /// <summary>Absolute folders in which files may be written, subfolders included. Default: none.</summary>
    public IList<string> WriteFolders { get; } = [];
}
