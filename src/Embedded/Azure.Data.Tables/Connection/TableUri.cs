namespace Azure.Data.Tables.Connection;

/// <summary>Addresses of tables: the account's with the table's name as last part of the path.</summary>
internal static class TableUri
{
    public static Uri Of(Uri account, string table)
    {
        var address = new UriBuilder(account);
        address.Path = address.Path.TrimEnd('/') + "/" + table;
        return address.Uri;
    }

    /// <exception cref="ArgumentException">The address has no table's name.</exception>
    public static (Uri Account, string Table) Of(Uri table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var address = new UriBuilder(table);
        var path = address.Path.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        if (slash < 0 || slash == path.Length - 1)
            throw new ArgumentException("The endpoint must be a table's address, with the table's name as last part of its path.", nameof(table));

        address.Path = path[..slash];
        return (address.Uri, path[(slash + 1)..]);
    }

    /// <summary>The account's address, where callers give either that or the table's.</summary>
    public static Uri AccountOf(Uri endpoint, string table)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var path = endpoint.AbsolutePath.TrimEnd('/');
        if (path.Length == 0 || !path.EndsWith("/" + table, StringComparison.OrdinalIgnoreCase))
            return endpoint;

        // A path of one part is the account's name where the address is path-style, even if the table has the same name.
        var pathStyle = endpoint.IsLoopback || System.Net.IPAddress.TryParse(endpoint.Host, out _);
        return pathStyle && path.LastIndexOf('/') == 0 ? endpoint : new UriBuilder(endpoint) { Path = path[..path.LastIndexOf('/')] }.Uri;
    }
}
