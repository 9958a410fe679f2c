using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Configuration;

/// <summary><c>orchestrator config</c> and <c>orchestrator logs</c>. Each returns the exit code.</summary>
internal static class ConfigCommands
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the settings, a line each: key, value, where it comes from.</summary>
    /// <param name="all">Those too that nobody has set.</param>
    /// <param name="json">As JSON, all of them.</param>
    public static async Task<int> ShowAsync(Session session, AppAccess access, bool all, bool json)
    {
        using var api = new ConfigApi(access);
        var config = await api.GetConfigAsync(session.Signals.Stop);
        if (json)
        {
            session.Console.Line(JsonSerializer.Serialize(config, Json));
            return ExitCode.Success;
        }

        JsonElement[] shown = [.. config.GetProperty("settings").EnumerateArray().Where(setting => all || Text(setting, "source") is not null), .. config.GetProperty("host").EnumerateArray()];
        var width = shown.Select(setting => Text(setting, "key")!.Length).DefaultIfEmpty().Max();
        foreach (var setting in shown)
            session.Console.Line($"{Text(setting, "key")!.PadRight(width)}  {Text(setting, "value") ?? "(not set)"}  {Text(setting, "source") ?? "default"}{(setting.GetProperty("live").GetBoolean() ? "  live" : "")}");
        foreach (var unknown in config.GetProperty("unknown").EnumerateArray())
            session.Console.Error($"{Text(unknown, "key")} is no setting and does nothing{(Text(unknown, "nearest") is { } nearest ? $"; the nearest is {nearest}" : "")}.");
        return ExitCode.Success;
    }

    /// <summary>Has the app that is built here check what it is told, without starting.</summary>
    public static Task<int> CheckAsync(Session session) => session.Apps.CheckAsync(line => session.Console.Line(line), line => session.Console.Error(line), session.Signals.Stop);

    /// <summary>Shows the levels of the log, having set one if so said.</summary>
    public static async Task<int> LevelAsync(Session session, AppAccess access, string? category, string? level, string? duration)
    {
        using var api = new ConfigApi(access);
        var levels = category is null ? await api.GetLevelsAsync(session.Signals.Stop) : await api.SetLevelAsync(category, level, duration, session.Signals.Stop);
        foreach (var shown in levels.GetProperty("levels").EnumerateArray())
        {
            var set = !shown.GetProperty("isSet").GetBoolean() ? "" : Text(shown, "until") is { } until ? $"  set until {until}" : "  set";
            session.Console.Line($"{Text(shown, "level"),-11}  {Text(shown, "category")}{set}");
        }

        return ExitCode.Success;
    }

    private static string? Text(JsonElement value, string name) => value.GetProperty(name).GetString();
}
