using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Orchestrator.Agents;
using Orchestrator.Errors;
using Orchestrator.Functions.Json;
using Orchestrator.Tasks;
using Orchestrator.TaskTypes;

namespace Orchestrator.Functions.TaskTypes;

/// <summary>Task types in files, JSON or YAML, one in each; finds everything that is wrong with all of them at once.</summary>
internal sealed class TaskTypeFiles(IOptions<TaskTypesOptions> options, AgentCatalog agents) : ITaskTypeFiles
{
    private const long MaxBytes = 1024 * 1024;
    private static readonly string[] Extensions = [".json", ".yaml", ".yml"];

    /// <inheritdoc/>
    public IReadOnlyList<TaskType> Read()
    {
        var faults = new List<string>();
        var types = new Dictionary<string, (TaskType Type, string Path)>(StringComparer.Ordinal);
        foreach (var path in FindFiles(faults))
        {
            if (Read(path, faults) is not { } type)
                continue;
            if (!types.TryAdd(type.Name, (type, path)))
                faults.Add($"Task type file {path}, /name: Task type '{type.Name}' is defined in {types[type.Name].Path} too.");
        }

        return faults.Count == 0 ? [.. types.Values.Select(found => found.Type)] : throw new TaskTypeFilesException(faults);
    }

    private List<string> FindFiles(List<string> faults)
    {
        var files = new List<string>();
        foreach (var folder in options.Value.Folder.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var path = Path.GetFullPath(folder, AppContext.BaseDirectory);
            try
            {
                files.AddRange(Directory.EnumerateFiles(path).Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{TaskTypesOptions.SectionName}:Folder names {path}, which cannot be read: {exception.Message}");
            }
        }

        return files;
    }

    private TaskType? Read(string path, List<string> faults)
    {
        byte[] json;
        try
        {
            json = ReadJson(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            faults.Add($"Task type file {path}: {exception.Message}");
            return null;
        }

        var found = StrictJson.Check(json, TaskTypeReader.MaxJsonDepth);
        var type = found.Count == 0 ? Read(json, out found) : null;
        faults.AddRange(found.Select(fault => $"Task type file {path}{(fault.Pointer.Length > 0 ? ", " + fault.Pointer : "")}: {fault.Message}"));
        return type;
    }

    private TaskType? Read(byte[] json, out IReadOnlyList<Fault> faults)
    {
        using var document = JsonDocument.Parse(json, TaskTypeReader.JsonOptions);
        var type = TaskTypeReader.Read(document.RootElement, name: null, out faults);
        if (type is not null)
            faults = [.. agents.FindFaults(type)];
        return faults.Count == 0 ? type : null;
    }

    /// <exception cref="FormatException">It is too large, or YAML that has no form in JSON.</exception>
    private static byte[] ReadJson(string path)
    {
        var size = new FileInfo(path).Length;
        if (size > MaxBytes)
            throw new FormatException($"It is {size} bytes long; at most {MaxBytes} are read.");

        var bytes = File.ReadAllBytes(path);
        return Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? bytes : YamlAsJson.Convert(Encoding.UTF8.GetString(bytes));
    }
}
