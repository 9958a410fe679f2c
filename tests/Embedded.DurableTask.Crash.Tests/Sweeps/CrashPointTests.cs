using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Sweeps;

/// <summary><c>kill -9</c> at every storage call, before it is applied and after it was applied but not answered.</summary>
public sealed class CrashPointTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Steps_KilledAtAnyStorageCall_EndAsInACleanRun()
    {
        var clean = await Sweep.CleanAsync(azurite);
        Assert.InRange(clean.Count, 40, 200);
        var points = clean.SelectMany(call => new[] { new CrashPoint(call, IsApplied: false), new CrashPoint(call, IsApplied: true) });

        var crashes = await Sweep.RunAsync(azurite, points, (life, point) => FaultRule.Nth(point.Call.Number, point.Kill(life)));

        output.WriteLine($"{crashes} crashes in lives of {clean.Count} calls");
        Assert.InRange(crashes, clean.Count / 4, clean.Count * 2);
    }

    private sealed record CrashPoint(StorageCall Call, bool IsApplied)
    {
        public StorageFault Kill(StepsLife life) => IsApplied
            ? new StorageFault.CallAfter(_ => life.KillAsync()) { Drops = true }
            : new StorageFault.CallBefore(_ => life.KillAsync()) { Drops = true };

        public override string ToString() => $"kill -9 {(IsApplied ? "after" : "before")} the application of {Call}";
    }
}
