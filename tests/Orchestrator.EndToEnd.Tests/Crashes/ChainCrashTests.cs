using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Crashes;

/// <summary><c>kill -9</c> of the app at every storage call of a chain of three tasks, before it is applied and after it was applied but not answered.</summary>
public sealed class ChainCrashTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    /// <summary>More than there are cores on the smallest machine that has to run this: most of a life is a wait for what finds the loss.</summary>
    private const int Lanes = 3;

    [Fact]
    public async Task Chain_KilledAtAnyStorageCall_EndsAsInACleanRun()
    {
        var clean = await CleanAsync();
        output.WriteLine($"{clean} calls in a clean life");
        Assert.InRange(clean, 15, 150);

        // In a sample before and after take turns, and so do the modes.
        var points = TestExtent.Sample(Enumerable.Range(1, clean), step: 5).Index()
            .SelectMany(call => new[] { new CrashPoint(call.Item, IsApplied: call.Index % 2 == 1), new CrashPoint(call.Item, IsApplied: call.Index % 2 == 0) }.Take(TestExtent.IsFull ? 2 : 1))
            .ToList();
        var crashes = 0;
        await Parallel.ForEachAsync(points.Index(), new ParallelOptions { MaxDegreeOfParallelism = Lanes }, async (point, _) =>
        {
            if (await LiveAsync(point.Item, point.Index / 2 % 2 == 0 ? PlatformMode.Normal : PlatformMode.Hostile))
                Interlocked.Increment(ref crashes);
        });

        output.WriteLine($"{crashes} crashes at {points.Count} points");
        Assert.True(crashes >= points.Count / 2, $"There were only {crashes} crashes at {points.Count} points.");
    }

    private async Task<int> CleanAsync()
    {
        await using var life = await ChainLife.BeginAsync(azurite, PlatformMode.Normal);
        var rule = life.Proxy.Add(new FaultRule(new StorageFault.Delay(TimeSpan.Zero)) { Where = ChainLife.Counts, Times = 0 });
        await life.LiveAsync();
        return rule.Matched;
    }

    /// <returns>Whether the app was killed: a life may have fewer calls than the clean one.</returns>
    private async Task<bool> LiveAsync(CrashPoint point, PlatformMode mode)
    {
        await using var life = await ChainLife.BeginAsync(azurite, mode);
        var rule = life.Proxy.Add(new FaultRule(point.Kill(life)) { Where = ChainLife.Counts, First = point.Number, Times = 1 });
        try
        {
            await life.LiveAsync();
            return rule.Fired > 0;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"{point} in {mode} mode broke it: {failure.Message}{Environment.NewLine}{string.Join(Environment.NewLine, life.Proxy.Calls)}{Environment.NewLine}{life.Transcript}", failure);
        }
    }

    private sealed record CrashPoint(int Number, bool IsApplied)
    {
        public StorageFault Kill(ChainLife life) => IsApplied
            ? new StorageFault.CallAfter(_ => life.KillAsync()) { Drops = true }
            : new StorageFault.CallBefore(_ => life.KillAsync()) { Drops = true };

        public override string ToString() => $"kill -9 {(IsApplied ? "after" : "before")} the application of call {Number}";
    }
}
