using System.Diagnostics;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Load;

/// <summary><c>kill -9</c> while many instances run.</summary>
public sealed class CrashUnderLoadTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int Jobs = 200;
    private const int Kills = 3;

    /// <summary>Storage calls between two kills. A start has about a dozen; the whole load has several hundred.</summary>
    private const int FewestCalls = 15;
    private const int MostCalls = 90;

    public static TheoryData<int> Seeds => [.. TestExtent.First(Enumerable.Range(1, 10), 2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Jobs_KilledAtRandom_AllEndAsTheyMust(int seed)
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var load = new JobLoad(proxy.ConnectionString, Enumerable.Range(0, Jobs).Select(number => Job.Of(number, TimeSpan.FromMilliseconds(5))));
        var random = new Random(seed);
        var watch = Stopwatch.StartNew();
        KillAfter(random.Next(FewestCalls, MostCalls), proxy, load, random);
        try
        {
            await load.SubmitAsync();
            await load.AssertOutcomeAsync();
            output.WriteLine($"Seed {seed}: {load.App.Kills} kills, {proxy.Count} storage calls, {watch.Elapsed.TotalSeconds:F1} s");
            Assert.Equal(0, await load.App.TerminateAsync());
            await load.AssertOutcomeAsync();

            load.AssertEffects(repeats: Kills * Jobs);
            Assert.Equal((Kills, Kills + 2), (load.App.Kills, load.App.Starts));
            Assert.Equal([], proxy.Failures);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"Seed {seed} broke it after {load.App.Kills} kills, with {load.Accepted} jobs taken: {failure.Message}{Environment.NewLine}{load.App.Transcript}", failure);
        }
    }

    /// <summary>Kills the app at a call from now, half the time when it has been applied already, and lets the next kill follow.</summary>
    private static void KillAfter(int calls, FaultProxy proxy, JobLoad load, Random random)
    {
        proxy.Add(FaultRule.Nth(calls, random.Next(2) == 0
            ? new StorageFault.CallBefore(_ => KillAsync()) { Drops = true }
            : new StorageFault.CallAfter(_ => KillAsync()) { Drops = true }));

        async Task KillAsync()
        {
            await load.App.KillAsync();
            if (load.App.Kills < Kills)
                KillAfter(random.Next(FewestCalls, MostCalls), proxy, load, random);
        }
    }
}
