using System.Diagnostics;
using Orchestrator.Infra.Tests.Files;

namespace Orchestrator.Infra.Tests.Publishing;

/// <summary>A folder as <c>dotnet publish</c> lays one out, small, to break things in; removed when disposed.</summary>
internal sealed class PublishedFolder : IDisposable
{
    private static readonly string[] Projects = ["Agents", "Configuration", "Core", "Functions", "Storage"];

    private readonly string _root = Directory.CreateTempSubdirectory("orchestrator-publish-").FullName;

    /// <summary>A folder in which nothing is wrong.</summary>
    public PublishedFolder()
    {
        foreach (var project in Projects)
            Write($"Orchestrator.{project}.dll", "MZ");
        Write("Orchestrator.Functions.deps.json", "{ \"libraries\": { " + string.Join(", ", Projects.Select(project => $"\"Orchestrator.{project}/0.1.0\": {{}}")) + " } }");
        Write("Orchestrator.Functions.runtimeconfig.json", "{ \"runtimeOptions\": { \"tfm\": \"net10.0\", \"frameworks\": [ { \"name\": \"Microsoft.NETCore.App\" }, { \"name\": \"Microsoft.AspNetCore.App\" } ] } }");
        Write("host.json", RepositoryFiles.Read("host.json"));
        Write("functions.metadata", "[ { \"name\": \"SubmitTask\", \"scriptFile\": \"Orchestrator.Functions.dll\" } ]");
        Write("worker.config.json", "{ \"description\": { \"defaultWorkerPath\": \"Orchestrator.Functions.dll\" } }");
        Write("extensions.json", "{ \"extensions\": [ { \"name\": \"DurableTask\" } ] }");
        Write(".azurefunctions/function.deps.json", "{}");
    }

    /// <summary>Its absolute path.</summary>
    public string Root => _root;

    /// <summary>Writes a file.</summary>
    public PublishedFolder Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, path))!);
        File.WriteAllText(Path.Combine(_root, path), text);
        return this;
    }

    /// <summary>Puts other text in place of some in a file.</summary>
    public PublishedFolder Replace(string path, string text, string by)
    {
        var whole = File.ReadAllText(Path.Combine(_root, path));
        Assert.Contains(text, whole, StringComparison.Ordinal);
        return Write(path, whole.Replace(text, by, StringComparison.Ordinal));
    }

    /// <summary>Removes a file, or a folder with all that is in it.</summary>
    public PublishedFolder Remove(string path)
    {
        if (Directory.Exists(Path.Combine(_root, path)))
            Directory.Delete(Path.Combine(_root, path), recursive: true);
        else
            File.Delete(Path.Combine(_root, path));
        return this;
    }

    /// <summary>What the script says of it, and its exit code.</summary>
    public (string Said, int ExitCode) Check(params string[] options)
    {
        var start = new ProcessStartInfo("bash", [RepositoryFiles.PathOf(".ci/check-publish"), _root, .. options]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (said.TrimEnd('\n'), process.ExitCode);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_root, recursive: true);
}
