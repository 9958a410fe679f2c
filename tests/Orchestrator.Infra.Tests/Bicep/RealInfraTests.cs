using Orchestrator.Infra.Tests.Bicep.Checks;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep;

/// <summary>The repository's <c>infra/</c> and <c>azure.yaml</c> against all checks. That each check rejects what it should is shown in <c>Checks/</c>.</summary>
public sealed class RealInfraTests
{
    public static TheoryData<string> Checks { get; } = [.. AllChecks.Select(check => check.GetType().Name)];

    private static IEnumerable<ICheck> AllChecks =>
        typeof(ICheck).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ICheck))).OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (ICheck)Activator.CreateInstance(type)!);

    [Theory]
    [MemberData(nameof(Checks))]
    public void Find_InTheRepositorysOwn_FindsNothing(string check)
    {
        using var copy = new InfraCopy();

        var findings = AllChecks.Single(candidate => candidate.GetType().Name == check).Find(copy.Look());

        Assert.Equal("", string.Join('\n', findings));
    }
}
