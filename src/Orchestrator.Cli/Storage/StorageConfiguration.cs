using System.Text.Json;
using Orchestrator.Cli.Repository;

namespace Orchestrator.Cli.Storage;

/// <summary>Finds the storage account that the function app is configured with.</summary>
internal static class StorageConfiguration
{
    private const string Setting = "AzureWebJobsStorage";

    /// <summary>Settings that name an account which is reached by identity.</summary>
    private static readonly string[] ByIdentity = [Setting + "__accountName", Setting + "__tableServiceUri"];

    /// <summary>
    /// The environment variable wins over <c>local.settings.json</c> of the repository; without either it is the emulator
    /// on its default ports.
    /// </summary>
    /// <exception cref="CommandException">What is configured cannot be understood.</exception>
    public static StorageConnection Find(RepositoryRoot repository, Func<string, string?> environment)
    {
        if (environment(Setting) is { Length: > 0 } fromEnvironment)
            return StorageConnection.Parse(fromEnvironment, "the environment");
        RefuseIdentity(environment, "the environment");
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
            if (!settings.RootElement.TryGetProperty("Values", out var values))
                return null;
            if (Text(values, Setting) is { Length: > 0 } connectionString)
                return StorageConnection.Parse(connectionString, file);
            RefuseIdentity(name => Text(values, name), file);
            return null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new CommandException($"{file} is not valid ({exception.Message}): see local.settings.sample.json.", exception);
        }
    }

    private static string? Text(JsonElement values, string name) => values.TryGetProperty(name, out var value) ? value.GetString() : null;

    /// <summary>An emulator in place of the account that somebody has named would not be what he wants.</summary>
    private static void RefuseIdentity(Func<string, string?> setting, string source)
    {
        if (ByIdentity.FirstOrDefault(name => setting(name) is { Length: > 0 }) is { } found)
        {
            throw new CommandException(
                $"{found} of {source} names an account that is reached by identity, which an app on this machine is not started with: set {Setting} to a connection string, "
                + $"or take {found} away to work on a local emulator.");
        }
    }
}
