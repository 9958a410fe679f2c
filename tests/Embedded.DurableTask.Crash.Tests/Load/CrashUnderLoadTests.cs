using System.Diagnostics;
using Embedded.DurableTask.Crash.Tests.Apps;
using Orchestrator.TestKit.Apps;
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

    /// <summary>Small, so that checkpoints are made all the while.</summary>
    private const int CheckpointRecords = 100;

    public static TheoryData<int> Seeds => [.. TestExtent.First(Enumerable.Range(1, 10), 2)];

    /// <summary>Odd seeds kill at any call, even ones at calls that write checkpoints; those above 5 do so in the hostile mode.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Jobs_KilledAtRandom_AllEndAsTheyMust(int seed)
    {
        var mode = seed > 5 ? PlatformMode.Hostile : PlatformMode.Normal;
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var load = new JobLoad(
            proxy.ConnectionString,
            Enumerable.Range(0, Jobs).Select(number => Job.Of(number, TimeSpan.FromMilliseconds(20))),
            setup => setup.CheckpointingAfter(CheckpointRecords) with { Mode = mode, Seed = seed });
        var watch = Stopwatch.StartNew();
        var killer = new Killer(proxy, load.App, new Random(seed)) { OnlyInCheckpoints = seed % 2 == 0 };
        killer.Arm();
        try
        {
            await load.SubmitAsync();
            await load.AssertOutcomeAsync();
            output.WriteLine($"Seed {seed}, {mode}: {load.App.Kills} kills, {proxy.Count} storage calls, {watch.Elapsed.TotalSeconds:F1} s");
            while (await load.App.TerminateAsync() != 0)
                await load.AssertOutcomeAsync();

            await load.AssertOutcomeAsync();
            load.AssertEffects(repeats: Kills * Jobs * (mode == PlatformMode.Normal ? 1 : 10));
            Assert.Equal((Kills, Kills + 2), (load.App.Kills, load.App.Starts));
            Assert.Equal([], proxy.Failures);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"Seed {seed} broke it after {load.App.Kills} kills, with {load.Accepted} jobs taken: {failure.Message}{Environment.NewLine}{load.App.Transcript}", failure);
        }
    }

    /// <summary>Kills the app at storage calls chosen at random, half of them when they have been applied already.</summary>
    private sealed class Killer(FaultProxy proxy, RestartedApp app, Random random)
    {
        /// <summary>Calls between two kills. A start has about a dozen; the whole load has several hundred.</summary>
        private static readonly (int Fewest, int Most) _calls = (15, 90);

        /// <summary>A start has one, a checkpoint some dozens.</summary>
        private static readonly (int Fewest, int Most) _checkpointWrites = (1, 40);

        public bool OnlyInCheckpoints { get; init; }

        /// <summary>Lets the next kill come.</summary>
        public void Arm()
        {
            var (fewest, most) = OnlyInCheckpoints ? _checkpointWrites : _calls;
            StorageFault kill = random.Next(2) == 0
                ? new StorageFault.CallBefore(_ => KillAsync()) { Drops = true }
                : new StorageFault.CallAfter(_ => KillAsync()) { Drops = true };
            proxy.Add(new FaultRule(kill) { First = random.Next(fewest, most), Times = 1, Where = OnlyInCheckpoints ? WritesCheckpoint : null });
        }

        private async Task KillAsync()
        {
            await app.KillAsync();
            if (app.Kills < Kills)
                Arm();
        }

        private bool WritesCheckpoint(StorageCall call) =>
            call.IsWrite && (call.Table == app.Setup.Name + "Live" || call.Table == app.Setup.Name + "Finished" || (call.IsTransaction && call.Table == app.Setup.Name + "Log"));
    }
}
