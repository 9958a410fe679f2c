using System.Text.Json;
using Orchestrator.Agents.Secrets;
using Orchestrator.Secrets;

namespace Orchestrator.Agents.Http;

/// <summary>
/// Replaces references to secrets in the input of a task of type <c>http</c> when it is called: a header's value, also behind a scheme as in <c>Bearer secret:NAME</c>; a parameter's value
/// in the query of the address; a string anywhere in the body.
/// </summary>
internal static class HttpSecrets
{
    /// <returns>The input to call with; null where nothing is to be replaced.</returns>
    /// <exception cref="SecretMissingException">There is no secret of a name.</exception>
    /// <exception cref="SecretUnavailableException">Secrets cannot be asked for now.</exception>
    public static async ValueTask<JsonElement?> ResolveAsync(AgentContext context, CancellationToken cancellationToken)
    {
        var json = context.Input.GetRawText();
        var names = new HashSet<string>(StringComparer.Ordinal);
        Edit(json, name =>
        {
            names.Add(name);
            return "";
        });
        if (names.Count == 0)
            return null;

        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
            secrets[name] = await context.GetSecretAsync(name, cancellationToken);
        return JsonElement.Parse(Edit(json, name => secrets[name]));
    }

    private static string Edit(string json, Func<string, string> secretOf) => new JsonEdit
    {
        OfValue = (path, kind, text) => kind == JsonTokenType.String && EditText(path, text!, secretOf) is var edited && edited != text ? JsonEdit.Quote(edited) : null,
    }.Apply(json);

    private static string EditText(IReadOnlyList<string> path, string text, Func<string, string> secretOf) => path switch
    {
        ["url"] => SecretAddress.Edit(text, secretOf),
        ["headers", _] => EditHeader(text, secretOf),
        ["body", ..] when SecretReference.TryParse(text, out var name) => secretOf(name),
        _ => text,
    };

    private static string EditHeader(string value, Func<string, string> secretOf)
    {
        var reference = value.LastIndexOf(' ') + 1;
        return SecretReference.TryParse(value[reference..], out var name) ? value[..reference] + secretOf(name) : value;
    }
}
