using Orchestrator.Infra.Tests.Files;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>A copy of what deploys the app, to break things in; removed when disposed.</summary>
internal sealed class InfraCopy : IDisposable
{
    /// <summary>Copies the repository's.</summary>
    public InfraCopy()
    {
        Root = Directory.CreateTempSubdirectory("orchestrator-infra-").FullName;
        File.Copy(RepositoryFiles.PathOf("azure.yaml"), PathOf("azure.yaml"));
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.PathOf("infra"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Root, Path.GetRelativePath(RepositoryFiles.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private string Root { get; }

    /// <summary>Puts other text in place of some that must stand in a file exactly once.</summary>
    public InfraCopy Replace(string path, string text, string by)
    {
        var whole = File.ReadAllText(PathOf(path));
        Assert.Equal(2, whole.Split(text).Length);
        File.WriteAllText(PathOf(path), whole.Replace(text, by, StringComparison.Ordinal));
        return this;
    }

    /// <summary>Puts text at the end of a file, or into a new one.</summary>
    public InfraCopy Append(string path, string text)
    {
        File.AppendAllText(PathOf(path), text);
        return this;
    }

    /// <summary>What the checks look at.</summary>
    /// <param name="scenarios">The ways to deploy that matter; none: the plain one.</param>
    public InfraFiles Look(params IReadOnlyList<Scenario> scenarios) => new(Root, scenarios.Count > 0 ? scenarios : [Scenario.Plain]);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string PathOf(string path) => Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar));
}
