using Orchestrator.Secrets;

namespace Orchestrator.Agents.Secrets;

/// <summary>References to secrets in the query of an address: the value of a parameter, as a whole.</summary>
internal static class SecretAddress
{
    /// <summary>The names of the secrets that an address refers to.</summary>
    public static IReadOnlyList<string> Names(string address)
    {
        var names = new List<string>();
        Edit(address, name =>
        {
            names.Add(name);
            return "";
        });
        return names;
    }

    /// <summary>The address with every reference replaced.</summary>
    /// <param name="secretOf">The secret of a name.</param>
    public static string Edit(string address, Func<string, string> secretOf)
    {
        var begin = address.IndexOf('?', StringComparison.Ordinal) + 1;
        var end = address.IndexOf('#', StringComparison.Ordinal) is >= 0 and var fragment ? fragment : address.Length;
        if (begin == 0 || begin > end)
            return address;

        var parameters = address[begin..end].Split('&').Select(parameter => EditParameter(parameter, secretOf));
        return $"{address[..begin]}{string.Join('&', parameters)}{address[end..]}";
    }

    private static string EditParameter(string parameter, Func<string, string> secretOf)
    {
        var value = parameter.IndexOf('=', StringComparison.Ordinal) + 1;
        return value > 0 && SecretReference.TryParse(Uri.UnescapeDataString(parameter[value..]), out var name)
            ? parameter[..value] + Uri.EscapeDataString(secretOf(name))
            : parameter;
    }
}
