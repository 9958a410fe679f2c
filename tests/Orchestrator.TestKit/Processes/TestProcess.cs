using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestrator.Cli.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.TestKit.Processes;

/// <summary>A program under test in a process of its own, with everything it writes. It is killed when it is disposed of.</summary>
public sealed class TestProcess : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ChildProcess _child;

    private TestProcess(ProcessStartInfo start) =>
        _child = ChildProcess.Start(start, TimeProvider.System, _output.Enqueue, _errors.Enqueue);

    /// <summary>The process's id.</summary>
    public int Id => _child.Id;

    /// <summary>Completes with the exit code once the process has ended and all its output is there. 128 and the signal's number after a kill.</summary>
    public Task<int> Exited => _child.Exited;

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Everything it wrote, for the message of a failed test.</summary>
    public string Transcript => string.Join(Environment.NewLine, ["--- output:", .. _output, "--- errors:", .. _errors]);

    /// <summary>Starts it. Its environment is that of the test with <paramref name="environment"/> on top.</summary>
    public static TestProcess Start(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, string workingDirectory)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new TestProcess(start);
    }

    /// <summary>Sends a signal such as <see cref="Signal.Terminate"/>.</summary>
    public void Send(int signal) => Signal.Send(Id, signal);

    /// <summary>Freezes it until <see cref="Signal.Continue"/>; returns when it stands still.</summary>
    public async Task FreezeAsync()
    {
        Send(Signal.Stop);
        var status = $"/proc/{Id}/status";
        if (File.Exists(status))
            await Eventually.TrueAsync(() => File.ReadLines(status).Any(line => line.StartsWith("State:\tT", StringComparison.Ordinal)), $"process {Id} stands still");
    }

    /// <summary><c>kill -9</c>; returns when it is dead. Harmless when it has ended already.</summary>
    public async Task KillAsync() => await _child.DisposeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _child.DisposeAsync();
}
