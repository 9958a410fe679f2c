namespace Orchestrator.Infra.Tests.Bicep.Compiling;

/// <summary>The environment variables that azd sets when it deploys, with what the tests say in its place.</summary>
internal static class AzdVariables
{
    /// <summary>Name and value of each.</summary>
    public static IReadOnlyDictionary<string, string> Values { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AZURE_ENV_NAME"] = "shop-test",
        ["AZURE_LOCATION"] = "westeurope",
        ["AZURE_SUBSCRIPTION_ID"] = BicepCompiler.Subscription,
        ["AZURE_TENANT_ID"] = "00000000-0000-0000-0000-000000000002",
        ["AZURE_PRINCIPAL_ID"] = "00000000-0000-0000-0000-000000000003",
        ["AZURE_PRINCIPAL_TYPE"] = "User",
    };
}
