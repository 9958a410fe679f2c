using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Access;
using Orchestrator.Functions.Access;
using Orchestrator.Functions.Json;
using Orchestrator.Functions.Problems;

namespace Orchestrator.Functions.Http;

/// <summary>Reads what an API key is to be created with.</summary>
internal static class ApiKeyBody
{
    private const int MaxJsonDepth = 4;
    private static readonly string[] Fields = ["name", "role", "expiresAt"];

    /// <summary>The wish, every part of it checked.</summary>
    /// <param name="now">What the key must not have expired at.</param>
    /// <exception cref="ProblemException"><c>invalid_json</c> or <c>invalid_api_key</c>, with every fault.</exception>
    public static NewApiKey Read(ReadOnlyMemory<byte> utf8, DateTimeOffset now)
    {
        var faults = StrictJson.Check(utf8.Span, MaxJsonDepth);
        if (faults.Count > 0)
            throw new ProblemException(KnownProblems.InvalidJson(faults));

        var root = JsonElement.Parse(utf8.Span);
        if (root.ValueKind != JsonValueKind.Object)
            throw new ProblemException(KnownProblems.InvalidApiKey([new Fault("", "It must be a JSON object with 'name' and 'role'.")]));

        var found = new List<Fault>();
        foreach (var other in root.EnumerateObject().Where(property => !Fields.Contains(property.Name)))
            found.Add(new Fault(JsonPointer.Join("", other.Name), $"There is no such field; there are: {string.Join(", ", Fields)}."));
        var wish = new NewApiKey(ReadName(Text(root, "name"), found), ReadRole(Text(root, "role"), found), ReadExpiry(root, now, found));
        return found.Count == 0 ? wish : throw new ProblemException(KnownProblems.InvalidApiKey(found));
    }

    private static string ReadName(string? name, List<Fault> faults)
    {
        if (name is not { Length: >= 1 and <= ApiKey.MaxNameLength } || name.EnumerateRunes().Any(IsUnseen))
            faults.Add(new Fault("/name", $"It must be a text of 1 to {ApiKey.MaxNameLength} characters, none of them a control or formatting character."));
        return name ?? "";
    }

    /// <summary>What would break lists of keys and of the audit into lines, or show a name as another one.</summary>
    private static bool IsUnseen(Rune character) =>
        Rune.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static Role ReadRole(string? role, List<Fault> faults)
    {
        switch (role?.ToUpperInvariant())
        {
            case "VIEWER":
                return Role.Viewer;
            case "OPERATOR":
                return Role.Operator;
            case "ADMIN":
                return Role.Admin;
            default:
                faults.Add(new Fault("/role", "It must be Viewer, Operator or Admin."));
                return Role.Anyone;
        }
    }

    private static DateTimeOffset? ReadExpiry(JsonElement root, DateTimeOffset now, List<Fault> faults)
    {
        if (!root.TryGetProperty("expiresAt", out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind == JsonValueKind.String && IsoTime.TryParse(value.GetString()!, out var time) && time > now)
            return time;

        faults.Add(new Fault("/expiresAt", $"It must be {IsoTime.Form}, and in the future; without it the key never expires."));
        return null;
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
