using Orchestrator.Cli.Host;
using Orchestrator.Cli.Processes;
using Orchestrator.Cli.Repository;
using Orchestrator.Cli.Terminal;

namespace Orchestrator.Cli.Tests;

/// <summary>Runs command lines as the program would, with an app of the test in place of the real one.</summary>
internal sealed class TestSession : IDisposable
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public TestSession()
    {
        Repository = new RepositoryRoot(Directory.CreateTempSubdirectory("orchestrator-cli-").FullName);
        Signals = new StopSignals(() => _error.WriteLine("Stopping"));
    }

    public RepositoryRoot Repository { get; }

    public StopSignals Signals { get; }

    public IAppStarter Apps { get; set; } = new FakeApps(new Uri("http://127.0.0.1:1/"));

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>What comes in on standard input.</summary>
    public string Input { get; set; } = "";

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public string Write(string relative, string text = "")
    {
        var path = Path.Combine(Repository.Path, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public Task<int> RunAsync(params string[] args)
    {
        var console = new CommandConsole(_out, _error, isTerminal: false);
        var commandLine = new CommandLine(_ => new Session(console, Repository, Apps, Signals, Time), _error, () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Input)));
        return commandLine.Root.Parse(args).InvokeAsync(new() { Output = _out, Error = _error, ProcessTerminationTimeout = null });
    }

    public void Dispose()
    {
        Directory.Delete(Repository.Path, recursive: true);
        _out.Dispose();
        _error.Dispose();
    }
}
