using Orchestrator.Infra.Tests.Bicep.Compiling;
using Orchestrator.Infra.Tests.Bicep.Model;
using Orchestrator.Infra.Tests.Files;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Infra.Tests.Bicep.Checks;

/// <summary>azd finds what it is told of: the project that it publishes, the template, and the app in the group by their tags.</summary>
internal sealed class AzdCheck : ICheck
{
    private const string FileName = "azure.yaml";

    /// <inheritdoc/>
    public IEnumerable<Finding> Find(InfraFiles infra)
    {
        var (services, folder, module) = Read(infra);
        if (!File.Exists(infra.PathOf($"{folder}/{module}.bicep")))
            yield return new Finding(FileName, $"the template {folder}/{module}.bicep is not there.");
        foreach (var (name, service) in services)
        {
            if (Text(service, "host") != "function")
                yield return new Finding(FileName, $"the service {name} has the host '{Text(service, "host")}'; it must be 'function'.");
            if (Text(service, "language") is not ("dotnet" or "csharp"))
                yield return new Finding(FileName, $"the service {name} has the language '{Text(service, "language")}'; it must be 'dotnet'.");
            var project = Text(service, "project") ?? "";
            if (!Directory.Exists(RepositoryFiles.PathOf(project)) || !Directory.EnumerateFiles(RepositoryFiles.PathOf(project), "*.csproj").Any())
                yield return new Finding(FileName, $"the service {name} has the project '{project}', in which there is none.");
        }

        if (infra.Read(FileName).Contains("azd env set", StringComparison.Ordinal))
            yield return new Finding(FileName, "keeps a variable with 'azd env set'; it would come into every shell that loads azd's values.");
        foreach (var deployment in infra.Deployments)
        {
            if (deployment.App.Text("tags.azd-service-name") is not { } service || !services.ContainsKey(service))
                yield return deployment.Finding(deployment.App, $"has the tag azd-service-name '{deployment.App.Text("tags.azd-service-name")}'; it must be a service of {FileName}, which are {string.Join(", ", services.Keys)}.");
            foreach (var group in deployment.Of("Microsoft.Resources/resourceGroups").Where(group => group.Text("tags.azd-env-name") is null))
                yield return deployment.Finding(group, "has no tag azd-env-name, by which azd finds it.");
        }
    }

    private static (Dictionary<string, YamlMappingNode> Services, string Folder, string Module) Read(InfraFiles infra)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(infra.Read(FileName)));
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var services = (YamlMappingNode)root["services"];
        var template = root.Children.TryGetValue("infra", out var node) ? (YamlMappingNode)node : [];
        return (services.ToDictionary(service => ((YamlScalarNode)service.Key).Value!, service => (YamlMappingNode)service.Value, StringComparer.Ordinal), Text(template, "path") ?? "infra", Text(template, "module") ?? "main");
    }

    private static string? Text(YamlMappingNode node, string key) => node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;
}
