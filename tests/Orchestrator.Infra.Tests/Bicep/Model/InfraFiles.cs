using Orchestrator.Infra.Tests.Bicep.Compiling;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>A folder with <c>infra/</c> and <c>azure.yaml</c> as the repository's root has them: what the checks look at.</summary>
internal sealed class InfraFiles
{
    private readonly Lazy<IReadOnlyList<Deployment>> _deployments;

    /// <summary>Looks at a folder.</summary>
    /// <param name="scenarios">The ways to deploy that matter.</param>
    public InfraFiles(string root, IReadOnlyList<Scenario> scenarios)
    {
        Root = root;
        Sources = [.. Directory.EnumerateFiles(PathOf("infra"), "*.bicep", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => new SourceFile(root, path))];
        _deployments = new(() => [.. scenarios.Select(scenario => scenario.Predict(this))]);
    }

    /// <summary>The absolute path of the folder.</summary>
    public string Root { get; }

    /// <summary>All Bicep files, by path.</summary>
    public IReadOnlyList<SourceFile> Sources { get; }

    /// <summary>What would be deployed, for each way to deploy. Needs files that compile.</summary>
    public IReadOnlyList<Deployment> Deployments => _deployments.Value;

    /// <summary>The absolute path of a file or folder.</summary>
    /// <param name="path">Its path from the root, with '/' between folders.</param>
    public string PathOf(string path) => Path.Combine(Root, path.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The text of a file.</summary>
    public string Read(string path) => File.ReadAllText(PathOf(path));

    /// <summary>Whatever the compiler says of the template, and then of its parameters.</summary>
    public IReadOnlyList<Finding> Diagnose() =>
        [.. BicepCompiler.Diagnose(PathOf("infra/main.bicep"), Root).Union(BicepCompiler.Diagnose(PathOf("infra/main.bicepparam"), Root))];
}
