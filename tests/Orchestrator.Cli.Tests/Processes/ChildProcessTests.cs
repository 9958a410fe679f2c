using System.ComponentModel;
using System.Diagnostics;
using Orchestrator.Cli.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Exited_ProcessEnds_HasItsCodeAndOutput()
    {
        var lines = new List<string>();
        await using var child = Shell("echo one; echo two; echo oops >&2; echo more >&2; exit 3", lines.Add);

        Assert.Equal(3, await child.Exited.WithinLimitAsync("the process ends"));
        Assert.Equal(["one", "two"], lines);
        Assert.Equal("oops", child.Tail.Cause());
        Assert.Equal(["more", "one", "oops", "two"], child.Tail.Lines().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task StopAsync_ProcessWatchesItsInput_EndsByItself()
    {
        await using var child = Shell("cat; exit 0");

        Assert.True(await child.StopAsync(_grace, terminate: false));
        Assert.Equal(0, await child.Exited);
    }

    [Fact]
    public async Task StopAsync_Terminate_SendsSigTerm()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var child = Shell("trap 'exit 7' TERM; echo ready; while true; do sleep 0.02; done", _ => ready.TrySetResult());
        await ready.Task.WithinLimitAsync("the process is ready");

        Assert.True(await child.StopAsync(_grace, terminate: true));
        Assert.Equal(7, await child.Exited);
    }

    [Fact]
    public async Task StopAsync_ProcessStays_KillsItAfterTheGrace()
    {
        var (child, _) = await StubbornAsync();
        await using (child)
            Assert.False(await child.StopAsync(TimeSpan.FromMilliseconds(50), terminate: true));
    }

    [Fact]
    public async Task StopAsync_AtOnce_KillsItAndItsDescendants()
    {
        var (child, descendant) = await StubbornAsync();
        await using var _ = child;
        using var atOnce = new CancellationTokenSource();

        var stopping = child.StopAsync(_grace, terminate: true, atOnce.Token);
        Assert.False(stopping.IsCompleted);
        await atOnce.CancelAsync();

        Assert.False(await stopping.WithinLimitAsync("the process is killed"));
        await descendant.WaitForExitAsync().WithinLimitAsync("its descendant is killed");
        descendant.Dispose();
    }

    [Fact]
    public async Task StopAsync_EndedAlready_IsTrue()
    {
        await using var child = Shell("exit 0");
        await child.Exited.WithinLimitAsync("the process ends");

        Assert.True(await child.StopAsync(_grace, terminate: true));
    }

    [Fact]
    public void Start_NoSuchProgram_Throws() =>
        Assert.Throws<Win32Exception>(() => ChildProcess.Start(new ProcessStartInfo("no-such-program"), TimeProvider.System));

    [Fact]
    public void Cause_NothingWritten_SaysSo() => Assert.Equal("it wrote nothing", new OutputTail().Cause());

    [Fact]
    public void Cause_NoError_IsTheLastLineAndOldOnesAreForgotten()
    {
        var tail = new OutputTail();
        for (var i = 0; i < 60; i++)
            tail.Add($"  line {i} ", isError: false);
        tail.Add(" ", isError: true);

        Assert.Equal("line 59", tail.Cause());
        Assert.Equal(50, tail.Lines().Count);
        Assert.Equal("line 10", tail.Lines()[0]);
    }

    /// <summary>A process that ignores every request to end, with a descendant of its own.</summary>
    private static async Task<(ChildProcess Child, Process Descendant)> StubbornAsync()
    {
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var child = Shell("trap '' TERM; sleep 600 & echo $!; while true; do sleep 0.02; done", line => ready.TrySetResult(line));
        var descendant = int.Parse(await ready.Task.WithinLimitAsync("the process is ready"));
        return (child, Process.GetProcessById(descendant));
    }

    private static ChildProcess Shell(string script, Action<string>? onOutput = null) =>
        ChildProcess.Start(new ProcessStartInfo("sh", ["-c", script]), TimeProvider.System, onOutput);
}
