using System.Text.Json;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>Finds the app settings in a predicted deployment: within the app, or in its resource of settings; as they are, or as an expression that makes them.</summary>
internal static class AppSettingsReader
{
    /// <summary>Settings that whoever deploys may add, which nobody can know here.</summary>
    private const string GivenByCaller = "parameters('appSettings')";

    /// <summary>Name and value of each.</summary>
    /// <exception cref="InvalidOperationException">They are set in both places, of which the second would wipe out the first, in none, or in a way that cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Read(IReadOnlyCollection<Resource> resources)
    {
        var within = resources.Where(resource => resource.Type == "Microsoft.Web/sites").Select(app => app.At("properties.siteConfig.appSettings")).OfType<JsonElement>()
            .Select(list => list.ValueKind == JsonValueKind.String ? Evaluate(ArmExpression.Parse(list.GetString()!)) : list.EnumerateArray().Select(setting => (Name: Text(setting, "name"), Value: Text(setting, "value"))));
        var beside = resources.Where(resource => resource.Type == "Microsoft.Web/sites/config" && resource.Name.EndsWith("/appsettings", StringComparison.Ordinal)).Select(settings => settings.At("properties")!.Value)
            .Select(map => map.ValueKind == JsonValueKind.String ? Evaluate(ArmExpression.Parse(map.GetString()!)) : map.EnumerateObject().Select(setting => (setting.Name, Value: setting.Value.ToString())));
        return within.Concat(beside).ToList() is [var settings]
            ? settings.GroupBy(setting => setting.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(same => same.Key, same => same.Last().Value, StringComparer.OrdinalIgnoreCase)
            : throw new InvalidOperationException("The app settings must be set in one place: within the app, or in its resource 'appsettings'.");
    }

    private static IEnumerable<(string Name, string Value)> Evaluate(ArmExpression expression) => expression switch
    {
        { Function: "createObject" } => expression.Arguments.Chunk(2).Select(pair => (pair[0].Text, pair[1].ToString())),
        { Function: "union" } => expression.Arguments.SelectMany(Evaluate),
        // An array of names and values out of an object.
        { Function: "map", Arguments: [{ Function: "items" } items, ..] } => Evaluate(items.Arguments[0]),
        { Text: GivenByCaller } => [],
        _ => throw new InvalidOperationException($"App settings are made by an expression that cannot be read here: {expression}"),
    };

    private static string Text(JsonElement setting, string property) => setting.GetProperty(property).ToString();
}
