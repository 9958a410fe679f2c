using System.Diagnostics;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Sweeps;

/// <summary><c>kill -9</c> at every storage call, before it is applied and after it was applied but not answered.</summary>
public sealed class CrashPointTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int GateStep = 5;
    private const int Lanes = 2;

    [Fact]
    public async Task Steps_KilledAtAnyStorageCall_EndAsInACleanRun()
    {
        var calls = await CleanCallsAsync();
        Assert.InRange(calls, 20, 200);

        var points = Enumerable.Range(1, calls).SelectMany(call => new[] { new CrashPoint(call, IsApplied: false), new CrashPoint(call, IsApplied: true) });
        var watch = Stopwatch.StartNew();
        var crashes = 0;
        await Parallel.ForEachAsync(TestExtent.Sample(points, GateStep), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (point, _) =>
        {
            if (await CrashesAsync(point))
                Interlocked.Increment(ref crashes);
        });
        output.WriteLine($"{crashes} crashes at {calls} calls in {watch.Elapsed.TotalSeconds:F1} s");
    }

    private async Task<int> CleanCallsAsync()
    {
        await using var life = await StepsLife.BeginAsync(azurite);
        await life.LiveAsync();
        foreach (var call in life.Proxy.Calls)
            output.WriteLine(call.ToString());
        return life.Proxy.Count;
    }

    /// <returns>False when the run had fewer calls than that: how many there are depends on what is committed together.</returns>
    private async Task<bool> CrashesAsync(CrashPoint point)
    {
        await using var life = await StepsLife.BeginAsync(azurite);
        life.Proxy.Add(FaultRule.Nth(point.Call, point.IsApplied
            ? new StorageFault.CallAfter(_ => life.KillAsync()) { Drops = true }
            : new StorageFault.CallBefore(_ => life.KillAsync()) { Drops = true }));
        try
        {
            await life.LiveAsync();
            Assert.True(life.Kills == 1 || life.Proxy.Count < point.Call, $"The app was killed {life.Kills} times.");
            return life.Kills == 1;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"{point} broke it: {failure.Message}{Environment.NewLine}{string.Join(Environment.NewLine, life.Proxy.Calls)}{Environment.NewLine}{life.Transcript}", failure);
        }
    }

    private sealed record CrashPoint(int Call, bool IsApplied)
    {
        public override string ToString() => $"kill -9 {(IsApplied ? "after" : "before")} storage call {Call} was applied";
    }
}
