using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>
/// An environment variable that the parameters read is one that azd sets, or has a default. That all parameters are given and none is unknown, the compiler says.
/// </summary>
internal sealed partial class ParametersCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        var file = new SourceFile(infra.Root, infra.PathOf("infra/main.bicepparam"));
        return from line in file.Lines.Index()
               from Match variable in Variables().Matches(line.Item)
               let name = variable.Groups["name"].Value
               where !variable.Groups["default"].Success && !AzdVariables.Values.ContainsKey(name)
               select file.Finding(line.Index + 1, $"reads the environment variable {name}, which azd does not set; give it a default.");
    }

    [GeneratedRegex("readEnvironmentVariable\\('(?<name>\\w+)'(?<default>,)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variables();
}
