using System.Text.RegularExpressions;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>
/// No secret stands in a file, and none is asked for while deploying: what is deployed is kept in the history of deployments, for many to read. That none goes into an
/// output, and that a secret parameter has no default, the compiler's linter says.
/// </summary>
internal sealed partial class SecretsCheck : ICheck
{
    private const string Cure = "give an identity a role, or name a secret of the key vault.";

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) =>
        from source in infra.Sources.Append(new SourceFile(infra.Root, infra.PathOf("infra/main.bicepparam")))
        from line in source.Lines.Index()
        from finding in Find(line.Item)
        select source.Finding(line.Index + 1, finding);

    private static IEnumerable<string> Find(string line)
    {
        if (AsksForKeys().Match(line) is { Success: true } function)
            yield return $"asks for keys with {function.Value.TrimEnd('(')}; {Cure}";
        if (Named().Match(line) is { Success: true } name)
            yield return $"has {name.Groups["name"].Value} in it, which goes with a secret; {Cure}";
        if (LooksLikeAKey().IsMatch(line))
            yield return $"has a text in it that looks like a key; {Cure}";
    }

    [GeneratedRegex("\\b(list[A-Z]\\w*|getSecret)\\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AsksForKeys();

    [GeneratedRegex("(?<name>AccountKey|SharedAccessKey|SharedAccessSignature|SharedKey|Password|Pwd)\\s*=", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Named();

    /// <summary>Base 64 or hex of 32 bytes and more, digits and both cases or a closing '=' among it; a GUID and a path are none.</summary>
    [GeneratedRegex("'(?=[^']*[0-9])((?=[^']*[a-z])(?=[^']*[A-Z])[A-Za-z0-9+/_-]{40,}={0,2}|[0-9a-fA-F]{40,})'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LooksLikeAKey();
}
