using System.Globalization;
using System.Text;
using Orchestrator.Infra.Tests.Bicep.Compiling;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>A way to deploy: the repository's parameters, some of them with other values.</summary>
/// <param name="Name">What findings call it.</param>
/// <param name="Parameters">The other values, as Bicep writes them.</param>
internal sealed record Scenario(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>As the repository says.</summary>
    public static Scenario Plain { get; } = new("as it is", new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>Every option taken, and the longest name.</summary>
    public static Scenario Full { get; } = new(
        "with everything",
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["environmentName"] = $"'{new string('e', 40)}'",
            ["separateTaskHubStorage"] = "true",
            ["lockStorage"] = "true",
            ["privateNetworking"] = "true",
            ["furtherSubnets"] = "[{ name: 'runners', addressPrefix: '10.20.0.128/26' }]",
            ["zoneRedundant"] = "true",
            ["alwaysReadyHttp"] = "1",
            ["alwaysReadyDurable"] = "1",
            ["useKeyVault"] = "true",
            ["firstKeySecretName"] = "'first-key'",
            ["callbackSigningKeySecretName"] = "'callback-key'",
            ["entraTenantId"] = $"'{AzdVariables.Values["AZURE_TENANT_ID"]}'",
            ["entraAudience"] = "'api://orchestrator'",
            ["allowedHosts"] = "['api.example.com', '*.example.org']",
            ["appSettings"] = "{ Orchestrator__Storage__Lanes: '4' }",
            ["hostLogs"] = "true",
            ["storageLogs"] = "true",
            ["alertEmails"] = "['someone@example.com']",
            ["availabilityTest"] = "true",
            ["monthlyBudget"] = "100",
            ["budgetStartDate"] = "'2026-12-01'",
        });

    /// <summary>What it would deploy.</summary>
    public Deployment Predict(InfraFiles infra)
    {
        var file = infra.PathOf($"infra/{Name.Replace(' ', '-')}.bicepparam");
        var text = new StringBuilder("using 'main.bicep'\nextends 'main.bicepparam'\n");
        foreach (var (name, value) in Parameters)
            text.Append(CultureInfo.InvariantCulture, $"param {name} = {value}\n");
        File.WriteAllText(file, text.ToString());
        try
        {
            return new Deployment(this, BicepCompiler.Predict(file, AzdVariables.Values["AZURE_LOCATION"]));
        }
        catch (InvalidOperationException exception) when (BicepCompiler.Diagnose(file, infra.Root) is { Count: > 0 } findings)
        {
            throw new InvalidOperationException($"What '{Name}' would deploy cannot be worked out, as it does not compile:\n{string.Join('\n', findings)}", exception);
        }
    }
}
