namespace Azure.Data.Tables.Connection;

/// <summary>What a storage connection string says about the table service: its address and how to be let in.</summary>
internal sealed record ConnectionString(Uri TableEndpoint, TableSharedKeyCredential? SharedKey, string? SharedAccessSignature)
{
    private const string DevelopmentAccount = "devstoreaccount1";

    /// <summary>The emulator's account key: the same on every machine, and public.</summary>
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const int DevelopmentTablePort = 10002;

    /// <exception cref="ArgumentNullException">There is no text.</exception>
    /// <exception cref="FormatException">The text is not a storage connection string; the message says what is missing, never the key.</exception>
    public static ConnectionString Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var settings = Settings(connectionString);
        if (settings.TryGetValue("UseDevelopmentStorage", out var development) && string.Equals(development, "true", StringComparison.OrdinalIgnoreCase))
            return Development(settings.GetValueOrDefault("DevelopmentStorageProxyUri"));

        settings.TryGetValue("AccountName", out var account);
        settings.TryGetValue("AccountKey", out var key);
        settings.TryGetValue("SharedAccessSignature", out var signature);
        if (key is not null && account is null)
            throw new FormatException("The connection string has an AccountKey but no AccountName.");
        if (key is null && signature is null)
            throw new FormatException("The connection string has neither an AccountKey nor a SharedAccessSignature.");

        return new ConnectionString(
            Endpoint(settings, account),
            signature is null && account is not null && key is not null ? Credential(account, key) : null,
            signature);
    }

    private static ConnectionString Development(string? proxy)
    {
        var host = proxy is null ? "http://127.0.0.1" : proxy.TrimEnd('/');
        return new ConnectionString(new Uri($"{host}:{DevelopmentTablePort}/{DevelopmentAccount}"), Credential(DevelopmentAccount, DevelopmentKey), SharedAccessSignature: null);
    }

    private static Dictionary<string, string> Settings(string connectionString)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = setting.IndexOf('=');
            if (equals <= 0)
                throw new FormatException("The connection string must consist of settings name=value, separated by semicolons.");
            if (!settings.TryAdd(setting[..equals], setting[(equals + 1)..]))
                throw new FormatException($"The connection string has the setting {setting[..equals]} twice.");
        }

        return settings;
    }

    private static Uri Endpoint(Dictionary<string, string> settings, string? account)
    {
        if (settings.TryGetValue("TableEndpoint", out var endpoint))
        {
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
                ? uri
                : throw new FormatException("The TableEndpoint of the connection string is not an absolute address.");
        }

        if (account is null)
            throw new FormatException("The connection string has neither a TableEndpoint nor an AccountName.");

        var scheme = settings.GetValueOrDefault("DefaultEndpointsProtocol", "https");
        var suffix = settings.GetValueOrDefault("EndpointSuffix", "core.windows.net");
        return new Uri($"{scheme}://{account}.table.{suffix}");
    }

    private static TableSharedKeyCredential Credential(string account, string key)
    {
        try
        {
            return new TableSharedKeyCredential(account, key);
        }
        catch (FormatException malformed)
        {
            throw new FormatException("The AccountKey of the connection string is not base 64.", malformed);
        }
    }
}
