using Microsoft.Extensions.Configuration;

namespace Orchestrator.Functions.Recovery;

/// <summary>Tells the storage account of a connection from others, without a secret.</summary>
internal static class StorageAccountName
{
    private const string Emulated = "devstoreaccount1";
    private static readonly string[] _services = ["table", "queue", "blob"];

    /// <summary>The account that a setting means, by its connection string or the parts of one with an identity; null: it names none.</summary>
    public static string? Of(IConfigurationSection connection)
    {
        if (!string.IsNullOrWhiteSpace(connection.Value))
            return OfText(connection.Value);
        return NotEmpty(connection["accountName"]) ?? _services.Select(service => OfEndpoint(connection[$"{service}ServiceUri"])).FirstOrDefault(name => name is not null);
    }

    private static string? OfText(string connection)
    {
        var parts = connection.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToList();
        string? Part(string name) => NotEmpty(parts.FirstOrDefault(part => part[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1]);
        if (string.Equals(Part("UseDevelopmentStorage"), "true", StringComparison.OrdinalIgnoreCase))
            return Emulated;

        // One with a signature in place of a key has no name.
        return Part("AccountName") ?? _services.Select(service => OfEndpoint(Part($"{service}Endpoint"))).FirstOrDefault(name => name is not null);
    }

    /// <summary>Azure begins the host with the account, emulators the path; a domain of one's own is the account's as a whole.</summary>
    private static string? OfEndpoint(string? endpoint)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Host.Length == 0)
            return null;
        if (address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries) is [var account, ..])
            return account;
        var labels = address.Host.Split('.');
        return labels.Skip(1).Any(_services.Contains) ? labels[0] : address.Host;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
