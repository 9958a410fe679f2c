using System.CommandLine;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Configuration;

/// <summary>What can be typed after <c>orchestrator config</c> and <c>orchestrator logs</c>.</summary>
internal static class ConfigCommandLine
{
    /// <summary>The commands.</summary>
    /// <param name="access">The options that say where the app is.</param>
    /// <param name="run">Runs one in a session.</param>
    public static IEnumerable<Command> Create(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run)
    {
        yield return new Command("config", "Looks at what the app is told.") { Show(access, run), Check(run) };
        yield return new Command("logs", "Looks after a running app's log.") { Level(access, run) };
    }

    private static Command Show(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run)
    {
        var json = new Option<bool>("--json") { Description = "Write everything as JSON." };
        var all = new Option<bool>("--all") { Description = "Those at their default too." };
        var command = new Command("show", "Shows a running app's settings: value, and where it comes from. Secrets are masked.") { all, json, access.Url, access.Key, access.Token };
        command.SetAction((parsed, _) => run(parsed, session => ConfigCommands.ShowAsync(session, access.Read(parsed), parsed.GetValue(all), parsed.GetValue(json))));
        return command;
    }

    private static Command Check(Func<ParseResult, Func<Session, Task<int>>, Task<int>> run)
    {
        var command = new Command("check", "Says everything that would keep the app from starting here, without starting it. Exit code 78: something is wrong with what it is told; 1: the storage does not answer.");
        command.SetAction((parsed, _) => run(parsed, ConfigCommands.CheckAsync));
        return command;
    }

    private static Command Level(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run)
    {
        var category = new Argument<string?>("category") { Description = "Such as Orchestrator.Functions.Activities, or default; nothing: show all levels.", Arity = ArgumentArity.ZeroOrOne };
        var level = new Argument<string?>("level") { Description = "Trace, Debug, Information, Warning, Error, Critical or None; nothing: that of the settings again.", Arity = ArgumentArity.ZeroOrOne };
        var duration = new Option<string?>("--for") { Description = "For how long, such as 00:30:00 or PT30M. Default: until it is taken back.", HelpName = "time" };
        var command = new Command("level", "Shows or sets the levels of the log, in all processes of a running app.") { category, level, duration, access.Url, access.Key, access.Token };
        command.SetAction((parsed, _) => run(parsed, session => ConfigCommands.LevelAsync(session, access.Read(parsed), parsed.GetValue(category), parsed.GetValue(level), parsed.GetValue(duration))));
        return command;
    }
}
