using System.Text.Json;
using Embedded.Functions.Extensibility;

namespace Embedded.Functions.Configuration;

/// <summary>The <c>Values</c> of <c>local.settings.json</c>.</summary>
internal static class LocalSettings
{
    public const string FileName = "local.settings.json";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Sees whether the file in a folder, if there is one, can be read.</summary>
    /// <exception cref="HostStartException">The file is not what it should be.</exception>
    public static void Check(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return;
        using var stream = File.OpenRead(path);
        Read(stream, path);
    }

    /// <summary>The values as configuration.</summary>
    /// <exception cref="HostStartException">The file is not what it should be.</exception>
    public static IDictionary<string, string?> Read(Stream stream, string path)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        try
        {
            using var document = JsonDocument.Parse(stream, Lenient);
            if (document.RootElement.TryGetProperty("IsEncrypted", out var encrypted) && encrypted.ValueKind is JsonValueKind.True)
                throw new HostSettingsException($"{path} is encrypted, which only its own tools can read. Decrypt it with 'func settings decrypt'.");
            Collect(document.RootElement, "Values", prefix: "", values);
            Collect(document.RootElement, "ConnectionStrings", prefix: "ConnectionStrings:", values);
        }
        catch (JsonException fault)
        {
            throw new HostSettingsException($"{path} is not valid JSON: {fault.Message}", fault);
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
