using System.Diagnostics;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Storage;
using Xunit.Abstractions;

namespace Embedded.DurableTask.Crash.Tests.Load;

/// <summary>SIGTERM under load.</summary>
public sealed class TerminationTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private const int Jobs = 200;

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
}
