using System.Text.Json;
using Orchestrator.Infra.Tests.Bicep.Compiling;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>What one way to deploy would make: expressions worked out, but for what is known only once a resource is there, which stays in brackets.</summary>
internal sealed class Deployment(Scenario scenario, JsonElement prediction)
{
    /// <summary>Which way.</summary>
    public Scenario Scenario => scenario;

    /// <summary>All resources.</summary>
    public IReadOnlyList<Resource> Resources { get; } = [.. prediction.GetProperty("predictedResources").EnumerateArray().Select(resource => new Resource(resource))];

    /// <summary>What the compiler could not work out.</summary>
    public IReadOnlyList<string> Diagnostics { get; } = [.. prediction.GetProperty("diagnostics").EnumerateArray().Select(diagnostic => diagnostic.GetRawText())];

    /// <summary>The resources of a type.</summary>
    public IEnumerable<Resource> Of(string type) => Resources.Where(resource => resource.Type.Equals(type, StringComparison.OrdinalIgnoreCase));

    /// <summary>The function app.</summary>
    public Resource App => Of("Microsoft.Web/sites").Single();

    /// <summary>The app's settings: those within the app, else those of its resource of settings.</summary>
    public IReadOnlyDictionary<string, string> AppSettings { get; } = AppSettingsReader.Read(prediction);

    /// <summary>Something wrong with a resource.</summary>
    public Finding Finding(Resource resource, string what) => new($"{scenario.Name}, {resource.Type} {resource.Name}", what);
}
