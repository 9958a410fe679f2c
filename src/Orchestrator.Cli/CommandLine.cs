using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Orchestrator.Cli.Api;
using Orchestrator.Cli.Audit;
using Orchestrator.Cli.Configuration;
using Orchestrator.Cli.DeadLetters;
using Orchestrator.Cli.Demo;
using Orchestrator.Cli.Keys;
using Orchestrator.Cli.Tasks;
using Orchestrator.Cli.Up;
using Orchestrator.Cli.Verification;

namespace Orchestrator.Cli;

/// <summary>What can be typed, and what it runs.</summary>
internal sealed class CommandLine
{
    private const int DefaultUpPort = 7071;
    private const int HighestPort = 65535;

    private readonly Func<bool, Session> _open;
    private readonly TextWriter _error;
    private readonly Func<Stream> _input;
    private readonly Option<bool> _noColor = new("--no-color") { Description = "Leave colours out.", Recursive = true };

    /// <param name="open">Makes the session of a command; the argument is whether colours are unwanted.</param>
    /// <param name="error">Where the one line goes that says why a command failed.</param>
    /// <param name="input">What comes in; standard input unless given.</param>
    public CommandLine(Func<bool, Session> open, TextWriter error, Func<Stream>? input = null)
    {
        _open = open;
        _input = input ?? Console.OpenStandardInput;
        _error = error;
        Root = new RootCommand("Runs the orchestrator on this machine: its function app, and a storage emulator where none answers.")
        {
            Demo(), Up(), TaskCommand(), Storage(), DeadLetterCommandLine.Create(new AppAccessOptions(DefaultUpPort), RunAsync),
            KeyCommandLine.Create(new AppAccessOptions(DefaultUpPort), RunAsync), AuditCommand.Create(new AppAccessOptions(DefaultUpPort), RunAsync), _noColor,
        };
        foreach (var command in ConfigCommandLine.Create(new AppAccessOptions(DefaultUpPort), RunAsync))
            Root.Add(command);
    }

    public RootCommand Root { get; }

    private Command Demo()
    {
        var folder = new Option<string?>("--folder", "-f") { Description = "The folder whose texts are digested. Default: the project's README and docs.", HelpName = "path" };
        var pattern = new Option<string?>("--pattern", "-p")
        {
            Description = "Which files, such as \"*.md;notes/**/*.txt\". Default: *.md, and *.txt too with --folder.",
            HelpName = "glob",
        };
        var output = new Option<string?>("--output", "-o") { Description = "Where the report goes. Default: artifacts/demo-report.md of the project.", HelpName = "path" };
        var maxFiles = new Option<int>("--max-files") { Description = "Most files to digest, 1 to 1000.", HelpName = "count", DefaultValueFactory = _ => 200 };
        maxFiles.Validators.Add(result => CheckRange(result, 1, 1000));
        var port = new Option<int?>("--port") { Description = "Where the function app listens on 127.0.0.1. Default: any free port.", HelpName = "port" };
        port.Validators.Add(result => CheckRange(result, 1, HighestPort));

        var command = new Command("demo", "Lists a folder's texts, digests each and makes a report of them: one task each, shown live.")
        {
            folder, pattern, output, maxFiles, port,
        };
        command.SetAction((parsed, _) => RunAsync(parsed, session => DemoCommand.RunAsync(session, new DemoOptions(
            parsed.GetValue(folder), parsed.GetValue(pattern), parsed.GetValue(port), parsed.GetValue(output), parsed.GetValue(maxFiles)))));
        return command;
    }

    private Command Up()
    {
        var folder = new Option<string?>("--folder", "-f") { Description = "The folder that the sample agents may read. Default: the project's.", HelpName = "path" };
        var port = new Option<int>("--port") { Description = "Where the function app listens on 127.0.0.1.", HelpName = "port", DefaultValueFactory = _ => DefaultUpPort };
        port.Validators.Add(result => CheckRange(result, 1, HighestPort));

        var requireKeys = new Option<bool>("--require-keys") { Description = "Let nobody in without an API key, not even from this machine. A first key is made and shown." };

        var command = new Command("up", "Starts the function app and its storage and stays until Ctrl-C.") { folder, port, requireKeys };
        command.SetAction((parsed, _) => RunAsync(parsed, session => UpCommand.RunAsync(session, new UpOptions(parsed.GetValue(folder), parsed.GetValue(port), parsed.GetValue(requireKeys)))));
        return command;
    }

    private Command Storage()
    {
        var access = new AppAccessOptions(DefaultUpPort);
        var repair = new Option<bool>("--repair") { Description = "Mend what can be mended safely, also while the app runs." };
        var json = new Option<bool>("--json") { Description = "Write the report as JSON." };
        var verify = new Command("verify", "Has a running app hold everything in its storage against the rules. Exit code 0: nothing is wrong, or all is mended; 1: something is wrong.")
        {
            access.Url, access.Key, access.Token, repair, json,
        };
        verify.SetAction((parsed, _) => RunAsync(parsed, session => VerifyCommand.RunAsync(session, access.Read(parsed), new VerifyOptions(parsed.GetValue(repair), parsed.GetValue(json)))));
        return new Command("storage", "Looks after the storage of a running app.") { verify };
    }

    private Command TaskCommand()
    {
        var file = new Argument<string?>("file") { Description = "An exported task; - or nothing: what comes in on standard input.", Arity = ArgumentArity.ZeroOrOne };
        var show = new Command("show", "Prints an exported task: states, times, attempts with their logs, events, children.") { file };
        show.SetAction((parsed, _) => RunAsync(parsed, session => TaskCommands.ShowAsync(session, parsed.GetValue(file), _input)));

        var id = new Argument<string>("id") { Description = "The task's id." };
        var output = new Option<string?>("--output", "-o") { Description = "Where the export goes. Default: standard output.", HelpName = "path" };
        var access = new AppAccessOptions(DefaultUpPort);
        var export = new Command("export", "Has a running app export a task, with all there is of it, as one file.") { id, output, access.Url, access.Key, access.Token };
        export.SetAction((parsed, _) => RunAsync(parsed, session => TaskCommands.ExportAsync(session, parsed.GetValue(id)!, access.Read(parsed), parsed.GetValue(output))));

        return new Command("task", "Looks at single tasks.") { show, export };
    }

    /// <summary>What is no number at all, the parser reports itself.</summary>
    private static void CheckRange(OptionResult result, int least, int most)
    {
        if (result.Tokens is [var token] && int.TryParse(token.Value, out var value) && (value < least || value > most))
            result.AddError($"{result.Option.Name} is {value}; it must be {least} to {most}.");
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<Session, Task<int>> command)
    {
        try
        {
            return await InSessionAsync(_open(parsed.GetValue(_noColor)), command);
        }
        catch (Exception exception) when (exception is CommandException or ApiException)
        {
            await _error.WriteLineAsync(exception.Message);
        }
        catch (HttpRequestException exception)
        {
            await _error.WriteLineAsync($"The function app does not answer: {exception.Message}");
        }
        catch (JsonException exception)
        {
            await _error.WriteLineAsync($"The function app's answer could not be understood: {exception.Message}");
        }

        return ExitCode.Failure;
    }

    private static async Task<int> InSessionAsync(Session session, Func<Session, Task<int>> command)
    {
        using var signals = session.Signals;
        try
        {
            return await command(session);
        }
        catch (Exception exception) when (exception is OperationCanceledException or CommandException && signals.Stop.IsCancellationRequested)
        {
            // Ctrl-C reaches the app too, and the app may be gone before we have taken note: its end is then no failure.
            return ExitCode.Interrupted;
        }
    }
}
