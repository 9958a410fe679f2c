namespace Orchestrator.Configuration;

/// <summary>A level of the log that somebody has set while the app runs, in place of what the settings say.</summary>
/// <param name="Category">Its loggers and those below it; <see cref="Default"/>: all that nothing else is said of.</param>
/// <param name="Level">The name of the least level that is logged.</param>
/// <param name="Until">When the settings hold again; null: when it is taken back.</param>
public sealed record LevelOverride(string Category, string Level, DateTimeOffset? Until)
{
    /// <summary>Stands for every category.</summary>
    public const string Default = "default";
}
