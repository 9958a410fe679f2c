using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>
/// Nobody can read the id of a role, so beside each stands its name, in the same line or the one above: as Azure writes it, or as the name of a variable. An id that is no role's has no business here.
/// </summary>
internal sealed partial class RoleNamesCheck : ICheck
{
    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        foreach (var source in infra.Sources)
        {
            foreach (var (index, line) in source.Lines.Index())
            {
                foreach (var id in Guids().Matches(line).Select(match => match.Value))
                {
                    if (!BuiltInRoles.ById.TryGetValue(id, out var role))
                        yield return source.Finding(index + 1, $"{id} is the id of no role in {nameof(BuiltInRoles)}.");
                    else if (!Plain((index == 0 ? "" : source.Lines[index - 1]) + line).Contains(Plain(role), StringComparison.OrdinalIgnoreCase))
                        yield return source.Finding(index + 1, $"{id} is the role '{role}'; name it so.");
                }
            }
        }
    }

    private static string Plain(string text) => string.Concat(text.Where(char.IsLetter));

    [GeneratedRegex("\\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Guids();
}
