using Orchestrator.Infra.Tests.Bicep.Compiling;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>A Bicep file, by lines.</summary>
internal sealed class SourceFile(string root, string path)
{
    /// <summary>Its absolute path.</summary>
    public string FullPath => path;

    /// <summary>Its path from the root, with '/' between folders.</summary>
    public string Name { get; } = Path.GetRelativePath(root, path).Replace('\\', '/');

    /// <summary>Its lines; the first has index 0.</summary>
    public IReadOnlyList<string> Lines { get; } = File.ReadAllLines(path);

    /// <summary>Something wrong on a line.</summary>
    /// <param name="line">Its number, as editors count: from 1.</param>
    public Finding Finding(int line, string what) => new($"{Name}:{line}", what);
}
