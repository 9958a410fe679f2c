using System.Diagnostics;
using Orchestrator.Cli.Processes;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.Cli.Tests.Processes;

public sealed class StopSignalsTests
{
    [Fact]
    public void Raise_FirstAndSecond_AskForMoreEachTime()
    {
        var first = 0;
        using var signals = new StopSignals(() => first++);

        signals.Raise();
        Assert.Equal((1, true, false), (first, signals.Stop.IsCancellationRequested, signals.AtOnce.IsCancellationRequested));

        signals.Raise();
        signals.Raise();
        Assert.Equal((1, true), (first, signals.AtOnce.IsCancellationRequested));
    }

    [Fact]
    public async Task Listen_SignalOfTheSystem_AsksForAStopAndDoesNotEndTheProcess()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var signals = new StopSignals(() => { }).Listen();
        await using var registration = signals.Stop.Register(stopped.SetResult);

        // The one of the four that nobody who starts the tests in the background has ignored for us.
        using var kill = Process.Start("kill", ["-TERM", $"{Environment.ProcessId}"]);

        await stopped.Task.WithinLimitAsync("the signal arrives");
    }
}
