using System.Text.Json;
using Embedded.Functions.Extensibility;

namespace Embedded.Functions.Configuration;

/// <summary>The <c>Values</c> of <c>local.settings.json</c>.</summary>
internal static class LocalSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>The values as configuration; none if there is no such file.</summary>
    /// <exception cref="HostStartException">The file is not what it should be.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string folder)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var path = Path.Combine(folder, "local.settings.json");
        if (!File.Exists(path))
            return values;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            if (document.RootElement.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind is JsonValueKind.True)
                throw new HostStartException($"{path} is encrypted, which only its own tools can read. Decrypt it with 'func settings decrypt'.");
            Collect(document.RootElement, "Values", prefix: "", values);
            Collect(document.RootElement, "ConnectionStrings", prefix: "ConnectionStrings:", values);
        }
        catch (JsonException fault)
        {
            throw new HostStartException($"{path} is not valid JSON: {fault.Message}", fault);
        }

        return values;
    }

    private static void Collect(JsonElement root, string section, string prefix, Dictionary<string, string?> values)
    {
        if (!root.TryGetProperty(section, out var members) || members.ValueKind is not JsonValueKind.Object)
            return;
        foreach (var member in members.EnumerateObject())
            values[prefix + member.Name.Replace("__", ":", StringComparison.Ordinal)] = member.Value.ToString();
    }
}
