using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Functions.Logging;

/// <summary>The levels of the log in the settings: <c>Logging:LogLevel:{category}</c>, and <c>Logging:{sort of logger}:LogLevel:{category}</c>.</summary>
internal static class LevelSettings
{
    private const string Root = "Logging";
    private const string Levels = "LogLevel";

    private static string Rule { get; } = $"it must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}";

    /// <summary>Every level that is none, with key, value and rule.</summary>
    public static IReadOnlyList<string> FindFaults(IConfiguration configuration) =>
    [
        .. from section in configuration.GetSection(Root).GetChildren()
           let levels = section.Key.Equals(Levels, StringComparison.OrdinalIgnoreCase) ? section : section.GetSection(Levels)
           from pair in levels.AsEnumerable()
           where !string.IsNullOrEmpty(pair.Value) && !IsLevel(pair.Value)
           orderby pair.Key
           select $"{pair.Key} is '{pair.Value}'; {Rule}.",
    ];

    /// <summary>The same of what host.json says, whose levels the host reads itself.</summary>
    public static IEnumerable<string> FindFaultsOfHostFile(IConfiguration root) =>
        from level in root.GetSection("logging:logLevel").GetChildren()
        where !IsLevel(level.Value)
        select $"host.json: logging.logLevel.{level.Key} is '{level.Value}'; {Rule}.";

    private static bool IsLevel(string? text) => Enum.TryParse<LogLevel>(text, ignoreCase: true, out _);
}
