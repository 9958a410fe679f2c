using System.CommandLine;
using Orchestrator.Cli.Api;

namespace Orchestrator.Cli.DeadLetters;

/// <summary>What can be typed after <c>orchestrator dead-letters</c>.</summary>
internal sealed class DeadLetterCommandLine
{
    private const int Most = 10_000;

    private readonly Func<ParseResult, Func<Session, Task<int>>, Task<int>> _run;
    private readonly AppAccessOptions _access;

    private DeadLetterCommandLine(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run) => (_access, _run) = (access, run);

    /// <summary>The command with its subcommands.</summary>
    /// <param name="access">The options that say where the app is.</param>
    /// <param name="run">Runs one in a session.</param>
    public static Command Create(AppAccessOptions access, Func<ParseResult, Func<Session, Task<int>>, Task<int>> run)
    {
        var line = new DeadLetterCommandLine(access, run);
        return new Command("dead-letters", "Looks at a running app's dead letters, redrives and discards them.")
        {
            line.List(), line.Show(), line.Redrive(), line.Discard(), access.Url, access.Key, access.Token,
        };
    }

    private Command List()
    {
        var source = new Option<string?>("--source") { Description = "Only of this source: queue:tasks, queue:tasks-poison or callback.", HelpName = "source" };
        var code = new Option<string?>("--code") { Description = "Only with this reason, such as invalid_task.", HelpName = "code" };
        var limit = new Option<int>("--limit") { Description = $"Most letters, 1 to {Most}.", HelpName = "count", DefaultValueFactory = _ => 50 };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && value is < 1 or > Most)
                result.AddError($"--limit is {value}; it must be 1 to {Most}.");
        });
        var command = new Command("list", "Lists them, those given up last first.") { source, code, limit };
        command.SetAction((parsed, _) => _run(parsed, session => DeadLetterCommands.ListAsync(session, _access.Read(parsed), parsed.GetValue(source), parsed.GetValue(code), parsed.GetValue(limit))));
        return command;
    }

    private Command Show()
    {
        var id = Id();
        var command = new Command("show", "Shows all that is known of one, its body too, as JSON.") { id };
        command.SetAction((parsed, _) => _run(parsed, session => DeadLetterCommands.ShowAsync(session, _access.Read(parsed), parsed.GetRequiredValue(id))));
        return command;
    }

    private Command Redrive()
    {
        var id = Id();
        var body = new Option<string?>("--body") { Description = "A file whose text takes the place of the message's body.", HelpName = "path" };
        var command = new Command("redrive", "Submits a message as a task, or calls back again. Exit code 1: it is still dead.") { id, body };
        command.SetAction((parsed, _) => _run(parsed, session => DeadLetterCommands.RedriveAsync(session, _access.Read(parsed), parsed.GetRequiredValue(id), parsed.GetValue(body))));
        return command;
    }

    private Command Discard()
    {
        var ids = new Argument<string[]>("id") { Description = "The letters' ids.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("discard", "Deletes them for good.") { ids };
        command.SetAction((parsed, _) => _run(parsed, session => DeadLetterCommands.DiscardAsync(session, _access.Read(parsed), parsed.GetRequiredValue(ids))));
        return command;
    }

    private static Argument<string> Id() => new("id") { Description = "The letter's id." };
}
