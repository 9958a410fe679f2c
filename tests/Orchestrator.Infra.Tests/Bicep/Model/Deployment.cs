using System.Text.Json;
using Orchestrator.Infra.Tests.Bicep.Compiling;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>What one way to deploy would make: expressions worked out, but for what is known only once a resource is there, which stays in brackets.</summary>
internal sealed class Deployment
{
    /// <summary>Reads what the compiler predicts.</summary>
    public Deployment(Scenario scenario, JsonElement prediction)
    {
        Name = scenario.Name;
        Resources = [.. prediction.GetProperty("predictedResources").EnumerateArray().Select(resource => new Resource(resource))];
        Diagnostics = [.. prediction.GetProperty("diagnostics").EnumerateArray().Select(diagnostic => diagnostic.GetRawText())];
        AppSettings = AppSettingsReader.Read(Resources);
    }

    /// <summary>Which way it is, for findings.</summary>
    public string Name { get; }

    /// <summary>All resources.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>What the compiler could not work out.</summary>
    public IReadOnlyList<string> Diagnostics { get; }

    /// <summary>The resources of a type.</summary>
    public IEnumerable<Resource> Of(string type) => Resources.Where(resource => resource.Type.Equals(type, StringComparison.OrdinalIgnoreCase));

    /// <summary>The function app.</summary>
    public Resource App => Of("Microsoft.Web/sites").Single();

    /// <summary>The app's settings: those within the app, else those of its resource of settings.</summary>
    public IReadOnlyDictionary<string, string> AppSettings { get; }

    /// <summary>Something wrong with a resource.</summary>
    public Finding Finding(Resource resource, string what) => new($"{Name}, {resource.Type} {resource.Name}", what);
}
