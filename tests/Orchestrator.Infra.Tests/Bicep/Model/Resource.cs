using System.Text.Json;

namespace Orchestrator.Infra.Tests.Bicep.Model;

/// <summary>A resource as it would be deployed.</summary>
internal sealed class Resource(JsonElement body)
{
    /// <summary>Its type, such as <c>Microsoft.Storage/storageAccounts</c>.</summary>
    public string Type { get; } = body.GetProperty("type").GetString()!;

    /// <summary>Its name, those of its parents before it.</summary>
    public string Name { get; } = body.GetProperty("name").GetString()!;

    /// <summary>The version of the API that makes it.</summary>
    public string ApiVersion { get; } = body.GetProperty("apiVersion").GetString()!;

    /// <summary>Its id.</summary>
    public string Id { get; } = body.TryGetProperty("id", out var id) ? id.GetString()! : "";

    /// <summary>All that is said of it.</summary>
    public JsonElement Body => body;

    /// <summary>What stands at a path; null: nothing does.</summary>
    /// <param name="path">Names of properties, '.' between them.</param>
    public JsonElement? At(string path)
    {
        var found = body;
        foreach (var name in path.Split('.'))
        {
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                return null;
        }

        return found;
    }

    /// <summary>The text, number or truth at a path as text; null: nothing stands there.</summary>
    public string? Text(string path) => At(path) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => other.GetRawText(),
    };
}
