namespace Orchestrator.Agents.Samples.Files;

/// <summary>What to list.</summary>
/// <param name="Folder">Absolute path of the folder.</param>
/// <param name="Pattern">Which files, such as <c>*.md;docs/**/*.txt</c>; default every file.</param>
/// <param name="Paths">Files and folders in it, relative to it, to look at; default the whole folder.</param>
/// <param name="Limit">Most files to list: 1 to 5,000, default 1,000.</param>
public sealed record FilesListInput(string Folder, string Pattern = "*", IReadOnlyList<string>? Paths = null, int Limit = 1_000)
{
    /// <summary>The highest limit.</summary>
    public const int MaxLimit = 5_000;
}

/// <summary>What was found.</summary>
/// <param name="Folder">The folder, links resolved.</param>
/// <param name="Files">The files by path, the first ones where there were more than the limit.</param>
/// <param name="Matching">How many files match.</param>
/// <param name="IsTruncated">Whether not all of them are listed.</param>
public sealed record FilesListOutput(string Folder, IReadOnlyList<ListedFile> Files, int Matching, bool IsTruncated);

/// <summary>A file; it has the shape of a <c>text.digest</c> input.</summary>
/// <param name="Folder">The folder that was listed.</param>
/// <param name="Path">Relative to it, with '/' between folders.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ListedFile(string Folder, string Path, long Bytes);
