using System.Diagnostics;
using Embedded.DurableTask.Crash.Tests.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Load;

/// <summary>SIGTERM under load.</summary>
public sealed class TerminationTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int Jobs = 200;
    private const int Terminations = 3;

    /// <summary>Whether an activity is under way that does not end by itself: the host waits for it as long as it can, then hands it back.</summary>
    public static TheoryData<bool> Lingers => [.. TestExtent.First([false, true], 1)];

    [Theory]
    [MemberData(nameof(Lingers))]
    public async Task Jobs_AppIsTerminated_EndExactlyOnceInItsSuccessor(bool lingers)
    {
        var jobs = Enumerable.Range(0, Jobs).Select(number => Job.Of(number, TimeSpan.FromMilliseconds(20)));
        await using var load = new JobLoad(azurite.ConnectionString, lingers ? jobs.Prepend(Job.Lingering) : jobs);

        var submitting = load.SubmitAsync();
        await load.WhenAcceptedAsync(Jobs / 2);
        var app = await load.App.UpAsync();
        var watch = Stopwatch.StartNew();
        var exitCode = await load.App.TerminateAsync();
        output.WriteLine($"Ended {watch.Elapsed.TotalSeconds:F1} s after SIGTERM, with {load.Accepted} jobs taken");

        Assert.True(exitCode == 0, app.Process.Transcript);
        Assert.Equal([], app.Process.Errors);
        await submitting;
        await load.AssertOutcomeAsync();
        load.AssertEffects(repeats: lingers ? 1 : 0);
        Assert.Equal((0, 2), (load.App.Kills, load.App.Starts));
    }

    public static TheoryData<int> Seeds => [.. TestExtent.First(Enumerable.Range(1, 10), 1)];

    /// <summary>Odd seeds end it in its checkpoints, even ones at any call.</summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Jobs_AppIsTerminatedAtRandom_EndExactlyOnce(int seed)
    {
        await using var proxy = await FaultProxy.StartAsync(azurite);
        await using var load = new JobLoad(
            proxy.ConnectionString,
            Enumerable.Range(0, Jobs).Select(number => Job.Of(number, TimeSpan.FromMilliseconds(200))),
            setup => setup.CheckpointingAfter(1));
        new RandomEnds(proxy, load.App, Terminations, new Random(seed)) { InOrder = true, InCheckpoints = seed % 2 == 1 }.Arm();
        try
        {
            await load.SubmitAsync();
            await load.AssertOutcomeAsync();
            Assert.Equal(0, await load.App.TerminateAsync());
            await load.AssertOutcomeAsync();

            load.AssertEffects(repeats: 0);
            output.WriteLine($"Seed {seed}: {load.App.Terminations} terminations in the midst, {proxy.Count} storage calls");
            Assert.InRange(load.App.Terminations, 1, Terminations);
            Assert.Equal(0, load.App.Kills);
            Assert.Equal([], proxy.Failures);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"Seed {seed} broke it after {load.App.Terminations} terminations, with {load.Accepted} jobs taken: {failure.Message}{Environment.NewLine}{load.App.Transcript}",
                failure);
        }
    }
}
