using System.Text.Json;
using Orchestrator.Cli.Repository;

namespace Orchestrator.Cli.Storage;

/// <summary>Finds the storage account that the function app is configured with.</summary>
internal static class StorageConfiguration
{
    private const string Setting = "AzureWebJobsStorage";

    /// <summary>
    /// The environment variable wins over <c>local.settings.json</c> of the repository; without either it is the emulator
    /// on its default ports.
    /// </summary>
    /// <exception cref="CommandException">What is configured cannot be understood.</exception>
    public static StorageConnection Find(RepositoryRoot repository, Func<string, string?> environment)
    {
        if (environment(Setting) is { Length: > 0 } fromEnvironment)
            return StorageConnection.Parse(fromEnvironment, "the environment");
        return FromFile(Path.Combine(repository.Path, "local.settings.json"))
            ?? StorageConnection.Parse(StorageConnection.Development, "the defaults");
    }

    private static StorageConnection? FromFile(string file)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            var options = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };
            using var settings = JsonDocument.Parse(File.ReadAllBytes(file), options);
            return settings.RootElement.TryGetProperty("Values", out var values)
                && values.TryGetProperty(Setting, out var value)
                && value.GetString() is { Length: > 0 } connectionString
                    ? StorageConnection.Parse(connectionString, file)
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CommandException($"{file} is not valid ({exception.Message}): see local.settings.sample.json.", exception);
        }
    }
}
