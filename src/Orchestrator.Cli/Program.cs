using System.CommandLine;
using System.CommandLine.Invocation;
using Orchestrator.Cli;
using Orchestrator.Cli.Azurite;
using Orchestrator.Cli.Host;
using Orchestrator.Cli.Processes;
using Orchestrator.Cli.Repository;
using Orchestrator.Cli.Storage;
using Orchestrator.Cli.Terminal;

var time = TimeProvider.System;
using var probe = new StorageProbe();
var commandLine = new CommandLine(Open, Console.Error);
var parsed = commandLine.Root.Parse(args);
if (parsed.Action is ParseErrorAction error)
    (error.ShowHelp, error.ShowTypoCorrections) = (false, true);
// Signals are ours: the parser's own handling would end the process before its children.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

Session Open(bool noColor)
{
    var repository = RepositoryRoot.Find(AppContext.BaseDirectory);
    var isTerminal = !Console.IsOutputRedirected && Variable("CI") is null && Variable("TERM") != "dumb";
    var console = new CommandConsole(Console.Out, Console.Error, isTerminal, noColor || Variable("NO_COLOR") is not null);
    var signals = new StopSignals(() => console.Error("Stopping … (once more stops at once)")).Listen();
    var emulator = new AzuriteStarter(repository, new AzuriteInstaller(repository, new Npm(time), time), time);
    var apps = new LocalAppStarter(repository, AppContext.BaseDirectory, new StorageSelector(probe, emulator), Variable, time);
    return new Session(console, repository, apps, signals, time);
}

static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
