using Microsoft.Extensions.Options;

namespace Orchestrator.Agents.Samples.Files;

internal sealed class FileAccessOptionsValidator : IValidateOptions<FileAccessOptions>
{
    public ValidateOptionsResult Validate(string? name, FileAccessOptions options)
    {
        string[] faults =
        [
            .. Relative(nameof(FileAccessOptions.ReadFolders), options.ReadFolders),
            .. Relative(nameof(FileAccessOptions.WriteFolders), options.WriteFolders),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Relative(string key, IList<string> folders) =>
        folders.Index().Where(entry => !Path.IsPathFullyQualified(entry.Item))
            .Select(entry => $"{FileAccessOptions.SectionName}:{key}:{entry.Index} is '{entry.Item}'; it must be an absolute path.");
}
