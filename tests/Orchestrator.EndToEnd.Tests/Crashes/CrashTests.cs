using System.Diagnostics;
using Orchestrator.TestKit.Apps;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Crashes;

public abstract class CrashTests(PlatformMode mode, ITestOutputHelper output)
{
    private const int Tasks = 200;
    private static readonly TimeSpan _stopLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Host_KilledThreeTimesWhile200TasksComeIn_EveryTaskSucceedsOnce()
    {
        await using var loaded = await LoadedApp.StartAsync(mode);
        var watch = Stopwatch.StartNew();

        var submitting = loaded.Load.SubmitAsync(Tasks);
        foreach (var accepted in new[] { 50, 100, 150 })
        {
            await loaded.Load.WhenAcceptedAsync(accepted);
            await loaded.App.KillAsync();
            await loaded.RestartAsync();
            output.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s: killed after {accepted}, up again after {loaded.App.StartTime.TotalSeconds:F1} s");
        }

        await submitting;
        output.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s: all accepted");
        await loaded.AssertEveryTaskSucceededOnceAsync(Tasks);
        output.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s: all succeeded");
    }

    [Fact]
    public async Task Host_TerminatedUnderLoad_EndsInOrderAndItsSuccessorFinishes()
    {
        await using var loaded = await LoadedApp.StartAsync(mode);

        var submitting = loaded.Load.SubmitAsync(Tasks);
        await loaded.Load.WhenAcceptedAsync(Tasks / 2);
        var watch = Stopwatch.StartNew();
        var exitCode = await loaded.App.TerminateAsync(_stopLimit);
        output.WriteLine($"ended {watch.Elapsed.TotalSeconds:F1} s after SIGTERM");
        var said = loaded.App.Process;

        Assert.Equal(0, exitCode);
        Assert.Equal([], said.Errors);
        Assert.DoesNotContain(said.Output, line => line.StartsWith("   at ", StringComparison.Ordinal));

        await loaded.RestartAsync();
        await submitting;
        await loaded.AssertEveryTaskSucceededOnceAsync(Tasks);
    }

    public sealed class Normal(ITestOutputHelper output) : CrashTests(PlatformMode.Normal, output);

    public sealed class Hostile(ITestOutputHelper output) : CrashTests(PlatformMode.Hostile, output);
}
