using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Faults;

namespace Embedded.DurableTask.Crash.Tests.Load;

/// <summary>Ends an app again and again, at storage calls chosen at random.</summary>
internal sealed class RandomEnds(FaultProxy proxy, RestartedApp app, int count, Random random)
{
    /// <summary>Calls between two ends. A start has about a dozen; the whole load has several hundred.</summary>
    private static readonly (int Fewest, int Most) _calls = (15, 90);

    /// <summary>A start has one, a checkpoint some dozens.</summary>
    private static readonly (int Fewest, int Most) _checkpointWrites = (2, 40);

    private int _ends;

    /// <summary>Only at calls that write checkpoints.</summary>
    public bool InCheckpoints { get; init; }

    /// <summary>By SIGTERM, at which the call goes on; otherwise by <c>kill -9</c>, half the time when the call has been applied already.</summary>
    public bool InOrder { get; init; }

    /// <summary>Lets the next end come.</summary>
    public void Arm()
    {
        var (fewest, most) = InCheckpoints ? _checkpointWrites : _calls;
        proxy.Add(new FaultRule(NextEnd()) { First = random.Next(fewest, most), Times = 1, Where = InCheckpoints ? WritesCheckpoint : null });
    }

    private StorageFault NextEnd() => (InOrder, IsApplied: random.Next(2) == 0) switch
    {
        { InOrder: true } => new StorageFault.CallBefore(_ => TerminateAsync()),
        { IsApplied: true } => new StorageFault.CallAfter(_ => KillAsync()) { Drops = true },
        _ => new StorageFault.CallBefore(_ => KillAsync()) { Drops = true },
    };

    private async Task KillAsync()
    {
        await app.KillAsync();
        ArmAgain();
    }

    /// <summary>The call must go on for the app to end.</summary>
    private Task TerminateAsync()
    {
        _ = EndAsync();
        return Task.CompletedTask;

        async Task EndAsync()
        {
            await app.TellToEndAsync();
            ArmAgain();
        }
    }

    private void ArmAgain()
    {
        if (++_ends < count)
            Arm();
    }

    private bool WritesCheckpoint(StorageCall call) =>
        call.IsWrite && (call.Table == app.Setup.Name + "Live" || call.Table == app.Setup.Name + "Finished" || (call.IsTransaction && call.Table == app.Setup.Name + "Log"));
}
