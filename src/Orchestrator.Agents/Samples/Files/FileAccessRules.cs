using Microsoft.Extensions.Options;

namespace Orchestrator.Agents.Samples.Files;

/// <summary>
/// Holds the paths that tasks name against <see cref="FileAccessOptions"/>. Links are followed first: a link inside an
/// allowed folder does not lead out of it.
/// </summary>
public sealed class FileAccessRules
{
    private const int MaxLinks = 40;

    private readonly IReadOnlyList<string> _readFolders;
    private readonly IReadOnlyList<string> _writeFolders;

    /// <summary>Reads the options once.</summary>
    public FileAccessRules(IOptions<FileAccessOptions> options)
    {
        _readFolders = [.. options.Value.ReadFolders.Select(folder => RealPath(folder))];
        _writeFolders = [.. options.Value.WriteFolders.Select(folder => RealPath(folder))];
    }

    /// <summary>The real path behind <paramref name="path"/>, which need not exist.</summary>
    /// <exception cref="AgentException">Code <c>path_not_allowed</c> or <c>path_invalid</c>, not retryable.</exception>
    public string ForReading(string path) => Check(path, _readFolders, "read", nameof(FileAccessOptions.ReadFolders));

    /// <inheritdoc cref="ForReading"/>
    public string ForWriting(string path) => Check(path, _writeFolders, "written", nameof(FileAccessOptions.WriteFolders));

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or lies below it; both without links and dots.</summary>
    internal static bool IsInside(string path, string folder)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative != ".." && !relative.StartsWith(".." + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !Path.IsPathRooted(relative);
    }

    private static string Check(string path, IReadOnlyList<string> folders, string verb, string setting)
    {
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal))
            throw new AgentException("path_invalid", $"'{path}' is not an absolute path.", isRetryable: false);
        var real = RealPath(path);
        return folders.Any(folder => IsInside(real, folder))
            ? real
            : throw new AgentException(
                "path_not_allowed", $"{path} may not be {verb}: it is in none of the folders of {FileAccessOptions.SectionName}:{setting}.", isRetryable: false);
    }

    private static string RealPath(string path) => RealPath(Path.GetFullPath(path), MaxLinks);

    private static string RealPath(string fullPath, int linksLeft)
    {
        var real = Path.GetPathRoot(fullPath)!;
        foreach (var part in fullPath[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                if (linksLeft == 0)
                    throw new AgentException("path_invalid", $"{fullPath} leads through more than {MaxLinks} links.", isRetryable: false);
                next = RealPath(Path.GetFullPath(target, real), linksLeft - 1);
            }

            real = next;
        }

        return real;
    }
}
