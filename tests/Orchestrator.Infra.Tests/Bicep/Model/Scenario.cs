using System.Globalization;
using System.Text;
using Orchestrator.Infra.Tests.Bicep.Compiling;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>A way to deploy: the repository's parameters, some of them with other values.</summary>
/// <param name="Name">What findings call it.</param>
/// <param name="Parameters">The other values, as Bicep writes them.</param>
internal sealed record Scenario(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>All that the checks look at.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("as it is", new Dictionary<string, string>(StringComparer.Ordinal)),
    ];

    /// <summary>What it would deploy.</summary>
    public Deployment Predict(InfraFiles infra)
    {
        var file = infra.PathOf($"infra/{Name.Replace(' ', '-')}.bicepparam");
        var text = new StringBuilder("using 'main.bicep'\nextends 'main.bicepparam'\n");
        foreach (var (name, value) in Parameters)
            text.Append(CultureInfo.InvariantCulture, $"param {name} = {value}\n");
        File.WriteAllText(file, text.ToString());
        return new Deployment(this, BicepCompiler.Predict(file, AzdVariables.Values["AZURE_LOCATION"]));
    }
}
