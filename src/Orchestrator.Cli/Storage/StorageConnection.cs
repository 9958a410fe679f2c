using System.Net;

namespace Orchestrator.Cli.Storage;

/// <summary>A storage account as a connection string names it. The string is a secret and is never printed.</summary>
/// <param name="Source">Where the string was found, for messages.</param>
/// <param name="Table">The table service, account included.</param>
/// <param name="Queue">The queue service, account included.</param>
internal sealed record StorageConnection(string ConnectionString, string Source, Uri Table, Uri Queue)
{
    public const string Development = "UseDevelopmentStorage=true";

    private const string EmulatorAccount = "devstoreaccount1";

    /// <summary>Whether it names an emulator on this machine, in whose place we may start one of our own.</summary>
    public bool IsLocalEmulator => IsLoopback(Table) && IsLoopback(Queue) && Table.AbsolutePath.Trim('/') == EmulatorAccount;

    /// <exception cref="CommandException">It is no connection string of a storage account with tables and queues.</exception>
    public static StorageConnection Parse(string connectionString, string source)
    {
        var settings = Split(connectionString);
        if (settings.GetValueOrDefault("UseDevelopmentStorage") is { } development && bool.TryParse(development, out var isDevelopment) && isDevelopment)
            return new StorageConnection(connectionString, source, Local(10002), Local(10001));

        if (Endpoint(settings, "TableEndpoint", "table") is { } table && Endpoint(settings, "QueueEndpoint", "queue") is { } queue)
            return new StorageConnection(connectionString, source, table, queue);

        throw new CommandException(
            $"AzureWebJobsStorage of {source} is not a storage connection string: give '{Development}', or a string with AccountName and AccountKey, "
            + "or one with TableEndpoint and QueueEndpoint.");
    }

    // Without it, a record prints every property.
    public override string ToString() => $"{Table} ({Source})";

    private static Dictionary<string, string> Split(string connectionString)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                settings[part[..equals]] = part[(equals + 1)..];
        }

        return settings;
    }

    private static Uri? Endpoint(Dictionary<string, string> settings, string name, string service)
    {
        if (settings.TryGetValue(name, out var endpoint))
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;
        if (!settings.TryGetValue("AccountName", out var account))
            return null;
        var protocol = settings.GetValueOrDefault("DefaultEndpointsProtocol", "https");
        var suffix = settings.GetValueOrDefault("EndpointSuffix", "core.windows.net");
        return Uri.TryCreate($"{protocol}://{account}.{service}.{suffix}/", UriKind.Absolute, out var derived) ? derived : null;
    }

    private static Uri Local(int port) => new($"http://127.0.0.1:{port}/{EmulatorAccount}");

    private static bool IsLoopback(Uri uri) =>
        uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
