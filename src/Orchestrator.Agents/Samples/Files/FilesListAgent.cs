using System.IO.Enumeration;

namespace Orchestrator.Agents.Samples.Files;

/// <summary>
/// Lists the files of a folder that match a pattern, sorted by path. Hidden folders (".git") and links are passed over.
/// It only reads, so that it may run any number of times.
/// </summary>
public sealed class FilesListAgent : IAgent
{
    /// <summary>The task type.</summary>
    public const string TaskType = "files.list";

    private readonly FileAccessRules _rules;

    /// <summary>Creates the agent.</summary>
    public FilesListAgent(FileAccessRules rules) => _rules = rules;

    /// <inheritdoc />
    public Task<AgentResult> RunAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var input = context.GetInput<FilesListInput>();
        if (input.Limit is < 1 or > FilesListInput.MaxLimit)
            throw new AgentException("limit_invalid", $"The limit is {input.Limit}; it must be 1 to {FilesListInput.MaxLimit}.", isRetryable: false);
        var pattern = FilePattern.Parse(input.Pattern);
        var folder = _rules.ForReading(input.Folder);
        if (!Directory.Exists(folder))
            throw new AgentException("folder_not_found", $"Folder {input.Folder} does not exist.", isRetryable: false);

        var files = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var start in input.Paths ?? [""])
            Add(files, folder, start, pattern, cancellationToken);

        var listed = files.Take(input.Limit).Select(file => new ListedFile(folder, file.Key, file.Value)).ToList();
        context.Log($"{files.Count} files match, {listed.Count} are listed.");
        return Task.FromResult(AgentResult.Of(new FilesListOutput(folder, listed, files.Count, listed.Count < files.Count)));
    }

    private void Add(SortedDictionary<string, long> files, string folder, string start, FilePattern pattern, CancellationToken cancellationToken)
    {
        var path = _rules.ForReading(Path.GetFullPath(start, folder));
        if (!FileAccessRules.IsInside(path, folder))
            throw new AgentException("path_not_allowed", $"'{start}' leads out of {folder}.", isRetryable: false);

        if (File.Exists(path))
        {
            AddIfMatching(files, folder, path, new FileInfo(path).Length, pattern);
            return;
        }

        if (!Directory.Exists(path))
            throw new AgentException("path_not_found", $"'{start}' does not exist in {folder}.", isRetryable: false);
        foreach (var (file, bytes) in FilesBelow(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            AddIfMatching(files, folder, file, bytes, pattern);
        }
    }

    private static void AddIfMatching(SortedDictionary<string, long> files, string folder, string file, long bytes, FilePattern pattern)
    {
        var relative = Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/');
        if (pattern.Matches(relative))
            files[relative] = bytes;
    }

    private static FileSystemEnumerable<(string File, long Bytes)> FilesBelow(string folder)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
        return new(folder, (ref entry) => (entry.ToFullPath(), entry.Length), options)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && !IsLink(ref entry),
            ShouldRecursePredicate = (ref entry) => !IsLink(ref entry) && !entry.FileName.StartsWith('.'),
        };
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
