using YamlDotNet.RepresentationModel;

namespace Orchestrator.Infra.Tests.Workflows;

/// <summary>Reads a workflow of GitHub.</summary>
internal static class Workflow
{
    public static YamlMappingNode Parse(string text)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(text));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    public static Dictionary<string, YamlMappingNode> Jobs(string text) =>
        ((YamlMappingNode)Parse(text).Children["jobs"]).ToDictionary(job => $"{job.Key}", job => (YamlMappingNode)job.Value, StringComparer.Ordinal);

    public static IEnumerable<YamlMappingNode> Steps(string text) => Jobs(text).Values.SelectMany(Steps);

    public static IEnumerable<YamlMappingNode> Steps(YamlMappingNode job) => ((YamlSequenceNode)job.Children["steps"]).Cast<YamlMappingNode>();

    public static IEnumerable<string> Runs(YamlMappingNode job) => Steps(job).Select(step => Text(step, "run")).OfType<string>();

    public static string? Text(YamlMappingNode node, string name) => node.Children.TryGetValue(name, out var value) ? $"{value}" : null;

    public static string[] Entries(YamlMappingNode node, string name) =>
        node.Children.TryGetValue(name, out var value) ? [.. ((YamlMappingNode)value).Select(entry => $"{entry.Key}: {entry.Value}")] : [];
}
