using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Sweeps;

/// <summary>SIGTERM at every storage call, which goes on: while the app starts, works and ends.</summary>
public sealed class TerminationPointTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Steps_TerminatedAtAnyStorageCall_EndAsInACleanRun()
    {
        var clean = await Sweep.CleanAsync(azurite);

        var ends = await Sweep.RunAsync(azurite, clean, step: 12, (life, call) => FaultRule.Nth(call.Number, new StorageFault.CallBefore(_ => life.TellToEnd())));

        output.WriteLine($"{ends} terminations in lives of {clean.Count} calls");
        Assert.InRange(ends, clean.Count / 15, clean.Count);
    }
}
