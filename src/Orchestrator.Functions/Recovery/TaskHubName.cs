using Microsoft.Extensions.Configuration;
using Orchestrator.Functions.Startup;

namespace Orchestrator.Functions.Recovery;

/// <summary>Names the task hub that the app is told to use, among all that there may ever be: <c>name@account</c>.</summary>
public sealed record TaskHubName(string Text)
{
    private const string Section = "extensions:durableTask";
    private const string DefaultConnection = "AzureWebJobsStorage";

    /// <summary>Reads it as the platform does.</summary>
    public static TaskHubName Find(HostFile file, IConfiguration configuration)
    {
        var name = Resolve(file.Root[$"{Section}:hubName"], configuration);
        var connection = Resolve(file.Root[$"{Section}:storageProvider:connectionName"], configuration);
        return new TaskHubName($"{name}@{(connection is null ? null : AccountOf(configuration, "AzureWebJobs" + connection) ?? AccountOf(configuration, connection)) ?? AccountOf(configuration, DefaultConnection)}");
    }

    /// <summary>A whole value between percent signs names a setting.</summary>
    private static string? Resolve(string? value, IConfiguration configuration) =>
        value is { Length: > 2 } && value[0] == '%' && value[^1] == '%' ? configuration[value[1..^1]] : string.IsNullOrWhiteSpace(value) ? null : value;

    private static string? AccountOf(IConfiguration configuration, string setting) => StorageAccountName.Of(configuration.GetSection(setting));
}
