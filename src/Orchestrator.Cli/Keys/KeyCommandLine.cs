using System.CommandLine;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.Keys;

/// <summary>What can be typed after <c>orchestrator keys</c>.</summary>
internal sealed class KeyCommandLine
{
    private readonly Func<ParseResult, Func<Session, Task<int>>, Task<int>> _run;
    private readonly AppAccessOptions _access;

    private KeyCommandLine(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run) => (_access, _run) = (access, run);

    /// <summary>The command with its subcommands.</summary>
    /// <param name="access">The options that say where the app is.</param>
    /// <param name="run">Runs one in a session.</param>
    public static Command Create(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run)
    {
        var line = new KeyCommandLine(access, run);
        return new Command("keys", "Lists, creates and revokes the API keys of a running app. Needs the role Admin.")
        {
            line.List(), line.Make(), line.Revoke(), access.Url, access.Key, access.Token,
        };
    }

    private Command List()
    {
        var command = new Command("list", "Lists all keys, those created last first. Their secrets are nowhere.");
        command.SetAction((parsed, _) => _run(parsed, session => KeyCommands.ListAsync(session, _access.Read(parsed))));
        return command;
    }

    private Command Make()
    {
        var name = new Argument<string>("name") { Description = "Whoever, or whatever, is to hold it." };
        var role = new Option<string>("--role") { Description = "Viewer (reads), Operator (also submits and cancels) or Admin.", HelpName = "role", DefaultValueFactory = _ => "Viewer" };
        role.AcceptOnlyFromAmong("Viewer", "Operator", "Admin", "viewer", "operator", "admin");
        var days = new Option<int?>("--days") { Description = "Days after which it expires, 1 to 3650. Default: never.", HelpName = "count" };
        days.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value is < 1 or > 3650)
                result.AddError($"--days is {value}; it must be 1 to 3650.");
        });
        var command = new Command("create", "Creates a key and prints it: it is shown this once.") { name, role, days };
        command.SetAction((parsed, _) => _run(parsed, session => KeyCommands.CreateAsync(session, _access.Read(parsed), parsed.GetRequiredValue(name), parsed.GetRequiredValue(role), parsed.GetValue(days))));
        return command;
    }

    private Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "The key's id, as the list shows it." };
        var force = new Option<bool>("--force") { Description = "Also when no admin could call the app without it." };
        var command = new Command("revoke", "Revokes a key for good: within 20 seconds it is of no use anywhere.") { id, force };
        command.SetAction((parsed, _) => _run(parsed, session => KeyCommands.RevokeAsync(session, _access.Read(parsed), parsed.GetRequiredValue(id), parsed.GetValue(force))));
        return command;
    }
}
