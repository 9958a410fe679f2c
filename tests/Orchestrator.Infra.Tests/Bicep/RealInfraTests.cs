using Orchestrator.Infra.Tests.Bicep.Checks;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep;

/// <summary>The repository's <c>infra/</c> and <c>azure.yaml</c> against all checks. That each check rejects what it should is shown in <c>Checks/</c>.</summary>
public sealed class RealInfraTests(RealInfraTests.Copy copy) : IClassFixture<RealInfraTests.Copy>
{
    public static TheoryData<string> Checks { get; } = [.. AllChecks.Select(check => check.GetType().Name)];

    private static IEnumerable<ICheck> AllChecks =>
        typeof(ICheck).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(ICheck))).OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (ICheck)Activator.CreateInstance(type)!);

    [Theory]
    [MemberData(nameof(Checks))]
    public void Find_InTheRepositorysOwn_FindsNothing(string check)
    {
        var findings = AllChecks.Single(candidate => candidate.GetType().Name == check).Find(copy.Files).ToList();

        Assert.True(findings.Count == 0, string.Join('\n', findings));
    }

    /// <summary>One for all checks: what would be deployed is worked out once.</summary>
    public sealed class Copy : IDisposable
    {
        private readonly InfraCopy _copy = new();

        public Copy() => Files = _copy.Look(Scenario.Plain, Scenario.Full);

        internal InfraFiles Files { get; }

        public void Dispose() => _copy.Dispose();
    }
}
