namespace Orchestrator.Cli.Host;

/// <summary>What the function app is started with.</summary>
/// <param name="ConnectionString">Of its storage; a secret.</param>
/// <param name="Port">Where it listens on 127.0.0.1.</param>
/// <param name="ReadFolders">What its file agents may read.</param>
/// <param name="WriteFolders">Where its file agents may write.</param>
internal sealed record FunctionAppSettings(string ConnectionString, int Port, IReadOnlyList<string> ReadFolders, IReadOnlyList<string> WriteFolders)
{
    /// <summary>An admin's key without which nobody gets in; null: nobody on this machine needs one. A secret.</summary>
    public string? FirstKey { get; init; }

    /// <summary>The environment variables that say so to the app.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment()
    {
        yield return new("AzureWebJobsStorage", ConnectionString);
        yield return new("Embedded__Http__Port", Port.ToString());
        if (FirstKey is not null)
        {
            yield return new("Orchestrator__Access__RequireKeys", "true");
            yield return new("Orchestrator__Access__Keys__up__Key", FirstKey);
            yield return new("Orchestrator__Access__Keys__up__Role", "Admin");
        }

        for (var i = 0; i < ReadFolders.Count; i++)
            yield return new($"Orchestrator__Agents__Files__ReadFolders__{i}", ReadFolders[i]);
        for (var i = 0; i < WriteFolders.Count; i++)
            yield return new($"Orchestrator__Agents__Files__WriteFolders__{i}", WriteFolders[i]);
    }

    public override string ToString() => $"port {Port}";
}
