using Orchestrator.Infra.Tests.Files;

namespace Orchestrator.Infra.Tests.Workflows;

public sealed class IdentitiesTests
{
    private const string Approved = "environment: ${{ inputs.environment }}\n";
    private const string SignIn = "          client-id: ${{ vars.AZURE_CLIENT_ID }}\n";

    [Theory]
    [MemberData(nameof(WorkflowTests.Workflows), MemberType = typeof(WorkflowTests))]
    public void Workflow_Identities_NothingIsChangedWithoutApproval(string name) => Assert.Equal([], IdentitiesCheck.Faults(RepositoryFiles.Read($".github/workflows/{name}")));

    [Theory]
    [InlineData("  plan", "vars.AZURE_PLAN_CLIENT_ID", "vars.AZURE_CLIENT_ID", "plan: signs in as ${{ vars.AZURE_CLIENT_ID }}", "plan: knows the identity of deployments")]
    [InlineData("  plan", "provision.sh --what-if", "provision.sh", "plan: runs provision.sh without approval")]
    [InlineData("  plan", "provision.sh --what-if", "deploy.sh package/*.zip", "plan: runs deploy.sh without approval")]
    [InlineData("  plan", "provision.sh --what-if", "az group delete --name rg-test", "plan: runs az group without approval")]
    [InlineData("  plan", "AZURE_CORE_NO_COLOR: 'true'", "WHO: ${{ vars.AZURE_CLIENT_ID }}", "plan: knows the identity of deployments")]
    [InlineData("  plan", "    environment: ${{ inputs.environment }}-plan\n", "", "plan: signs in outside of an environment that is known (none)")]
    [InlineData(
        "  deploy", $"    {Approved}", "", "deploy: signs in outside of an environment that is known (none)", "deploy: signs in as ${{ vars.AZURE_CLIENT_ID }}",
        "deploy: runs provision.sh without approval", "deploy: runs deploy.sh without approval", "deploy: runs rollback.sh without approval",
        "deploy: knows the identity of deployments")]
    [InlineData(
        "  deploy", Approved, "environment: ${{ inputs.environment }}-plan\n", "deploy: signs in as ${{ vars.AZURE_CLIENT_ID }}", "deploy: runs provision.sh without approval",
        "deploy: runs deploy.sh without approval", "deploy: runs rollback.sh without approval", "deploy: knows the identity of deployments")]
    [InlineData("  deploy", SignIn, "          client-id: ${{ vars.AZURE_PLAN_CLIENT_ID }}\n", "deploy: signs in as ${{ vars.AZURE_PLAN_CLIENT_ID }}")]
    [InlineData("  deploy", SignIn, "", "deploy: signs in as nobody")]
    [InlineData(
        "  rollback", Approved, "environment: test\n", "rollback: signs in outside of an environment that is known (test)", "rollback: signs in as ${{ vars.AZURE_CLIENT_ID }}",
        "rollback: runs rollback.sh without approval", "rollback: knows the identity of deployments")]
    [InlineData(
        "  package", "    timeout-minutes: 20\n", "    timeout-minutes: 20\n    permissions:\n      contents: read\n      id-token: write\n",
        "package: signs in outside of an environment that is known (none)")]
    [InlineData("permissions", "  contents: read\n", "  contents: read\n  id-token: write\n", "every job may sign in")]
    public void Deploy_BrokenCopy_IsRejected(string part, string text, string broken, params string[] faults)
    {
        var whole = RepositoryFiles.Read(".github/workflows/deploy.yml");
        var begin = whole.IndexOf($"\n{part}:\n", StringComparison.Ordinal);
        var rest = whole[begin..];
        Assert.Contains(text, rest, StringComparison.Ordinal);
        var at = rest.IndexOf(text, StringComparison.Ordinal);

        var copy = whole[..begin] + rest[..at] + broken + rest[(at + text.Length)..];

        Assert.Equal(faults, IdentitiesCheck.Faults(copy).Distinct());
    }
}
