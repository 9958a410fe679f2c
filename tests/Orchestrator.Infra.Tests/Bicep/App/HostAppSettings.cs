namespace Orchestrator.Infra.Tests.Bicep.App;

/// <summary>App settings that not the app's own code reads, but the Functions host, its extensions and the libraries of telemetry and identity.</summary>
internal static class HostAppSettings
{
    /// <summary>Those that the app must have in the cloud, and who reads them.</summary>
    public static IReadOnlyDictionary<string, string> Required { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["AzureWebJobsStorage__blobServiceUri"] = "The host keeps leases of timers and its keys there; Durable Functions its leases and large messages.",
        ["AzureWebJobsStorage__queueServiceUri"] = "The queue trigger and Durable Functions read queues there.",
        ["AzureWebJobsStorage__tableServiceUri"] = "The app's tables, and the histories of Durable Functions.",
        ["AzureWebJobsStorage__credential"] = "With shared keys off, 'managedidentity' is the only way in.",
        ["AzureWebJobsStorage__clientId"] = "Which identity, as it is assigned by the user.",
        ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "Where host and app send telemetry.",
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "As which identity they do, as ingestion takes no keys.",
    };

    /// <summary>Those that it may have, and who reads them.</summary>
    public static IReadOnlyDictionary<string, string> Optional { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["TaskHubStorage__blobServiceUri"] = "Durable Functions, with a task hub in an account of its own.",
        ["TaskHubStorage__queueServiceUri"] = "The same.",
        ["TaskHubStorage__tableServiceUri"] = "The same.",
        ["TaskHubStorage__credential"] = "The same.",
        ["TaskHubStorage__clientId"] = "The same.",
        ["AZURE_CLIENT_ID"] = "DefaultAzureCredential: which identity opens the key vault.",
    };

    /// <summary>Settings of a name that begins so are read by the host too: they stand in place of what host.json says.</summary>
    public const string HostFileOverride = "AzureFunctionsJobHost__";

    /// <summary>The configuration of logging, which .NET reads.</summary>
    public const string Logging = "Logging__";
}
