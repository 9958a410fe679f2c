using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using Orchestrator.Infra.Tests.Bicep.App;
using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>Every alert looks at something that is there: an instrument of the app, with tags that it has, or a table that Azure fills. It says so to somebody.</summary>
internal sealed partial class AlertsCheck : ICheck
{
    private const string QueryAlert = "Microsoft.Insights/scheduledQueryRules";

    /// <summary>Tables of the workspace that are filled without the app's metrics, and by whom.</summary>
    private static readonly Dictionary<string, string> FilledByAzure = new(StringComparer.Ordinal)
    {
        ["AppRequests"] = "host: every function that runs",
        ["AppExceptions"] = "host and app",
        ["AppTraces"] = "host and app: the log",
        ["AppDependencies"] = "app: calls of others",
        ["FunctionAppLogs"] = "the app's diagnostic setting",
        ["StorageBlobLogs"] = "the account's diagnostic setting",
        ["StorageQueueLogs"] = "the account's diagnostic setting",
        ["StorageTableLogs"] = "the account's diagnostic setting",
        ["_LogOperation"] = "the workspace about itself",
    };

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra) => infra.Deployments.SelectMany(deployment => deployment.Of(QueryAlert).SelectMany(alert => Find(deployment, alert)));

    private static IEnumerable<Finding> Find(Deployment deployment, Resource alert)
    {
        if (alert.At("properties.actions.actionGroups") is not { ValueKind: JsonValueKind.Array } groups || groups.GetArrayLength() == 0)
            yield return deployment.Finding(alert, "tells nobody; name the action group.");
        if (Duration(alert, "windowSize") is var window && Duration(alert, "evaluationFrequency") is var frequency && window < 2 * frequency)
            yield return deployment.Finding(alert, $"looks back over {window.TotalMinutes} minutes every {frequency.TotalMinutes}; what arrives late is never seen unless it looks back over twice the time.");
        foreach (var query in alert.At("properties.criteria.allOf")!.Value.EnumerateArray().Select(condition => condition.GetProperty("query").GetString()!))
        {
            foreach (var what in FindInQuery(query))
                yield return deployment.Finding(alert, what);
        }
    }

    private static TimeSpan Duration(Resource alert, string name) => XmlConvert.ToTimeSpan(alert.Text($"properties.{name}")!);

    private static IEnumerable<string> FindInQuery(string query)
    {
        var tables = Tables().Matches(query).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();
        var instruments = InstrumentNames().Matches(query).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal).ToList();
        if (tables.Count == 0)
            yield return "looks at no table.";
        foreach (var table in tables.Where(table => table != "AppMetrics" && !FilledByAzure.ContainsKey(table)))
            yield return $"looks at the table {table}, which nobody fills.";
        if (tables.Contains("AppMetrics") && instruments.Count == 0)
            yield return "looks at AppMetrics and names no instrument.";
        var unknown = instruments.Where(instrument => !Instruments.Tags.ContainsKey(instrument)).ToList();
        foreach (var instrument in unknown)
            yield return $"looks at {instrument}, which the app does not measure.";
        if (unknown.Count > 0 || instruments.Count == 0)
            yield break;
        var tags = instruments.SelectMany(instrument => Instruments.Tags[instrument]).ToHashSet(StringComparer.Ordinal);
        foreach (var tag in TagNames().Matches(query).Select(match => match.Groups["tag"].Value).Where(tag => !tags.Contains(tag)).Distinct(StringComparer.Ordinal))
            yield return $"looks at the tag {tag}, which {string.Join(" and ", instruments)} does not have.";
    }

    [GeneratedRegex("(?<![\\w.])(App[A-Z]\\w+|Storage[A-Z]\\w*Logs|FunctionAppLogs|AzureMetrics|AzureDiagnostics|_LogOperation)\\b(?!\\s*[=(])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tables();

    [GeneratedRegex("[\"'](?<name>orchestrator\\.[a-z0-9_.]+)[\"']", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InstrumentNames();

    [GeneratedRegex("Properties(\\.|\\[[\"'])(?<tag>[A-Za-z_]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TagNames();
}
