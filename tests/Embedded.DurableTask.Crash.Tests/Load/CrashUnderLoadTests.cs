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

    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(20);

    /// <summary>Three steps of it: a checkpoint is made once a second.</summary>
    private static readonly TimeSpan _longerThanBetweenCheckpoints = TimeSpan.FromMilliseconds(400);

    public static TheoryData<int> Seeds => [.. TestExtent.First(Enumerable.Range(1, 10), 2)];

    /// <summary>Odd seeds kill at any call, even ones at calls that write checkpoints; those above 5 do so in the hostile mode.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Jobs_KilledAtRandom_AllEndAsTheyMust(int seed)
    {
        var inCheckpoints = seed % 2 == 0;
        var mode = seed > 5 ? PlatformMode.Hostile : PlatformMode.Normal;
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var load = new JobLoad(
            proxy.ConnectionString,
            Enumerable.Range(0, Jobs).Select(number => Job.Of(number, inCheckpoints ? _longerThanBetweenCheckpoints : _short)),
            setup => setup.CheckpointingAfter(CheckpointRecords) with { Mode = mode, Seed = seed });
        var watch = Stopwatch.StartNew();
        new RandomEnds(proxy, load.App, Kills, new Random(seed)) { InCheckpoints = inCheckpoints }.Arm();
        try
        {
            await load.SubmitAsync();
            await load.AssertOutcomeAsync();
            output.WriteLine($"Seed {seed}, {mode}: {load.App.Kills} kills, {proxy.Count} storage calls, {watch.Elapsed.TotalSeconds:F1} s");
            while (await load.App.TerminateAsync() != 0)
                await load.AssertOutcomeAsync();

            await load.AssertOutcomeAsync();
            load.AssertEffects(repeats: Kills * Jobs * (mode == PlatformMode.Normal ? 1 : 10));

            // How many calls and checkpoints there are until the end depends on the machine.
            Assert.InRange(load.App.Kills, 1, Kills);
            Assert.Equal(load.App.Kills + 2, load.App.Starts);
            Assert.Equal([], proxy.Failures);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"Seed {seed} broke it after {load.App.Kills} kills, with {load.Accepted} jobs taken: {failure.Message}{Environment.NewLine}{load.App.Transcript}", failure);
        }
    }
}
