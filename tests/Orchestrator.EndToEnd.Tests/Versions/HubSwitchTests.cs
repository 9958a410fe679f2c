using System.Diagnostics;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Versions;

/// <summary>A new release with a task hub of its own, and the way back: docs/decisions/0014-a-task-hub-per-version.md.</summary>
public abstract class HubSwitchTests(PlatformMode mode, AzuriteFixture azurite, ITestOutputHelper output)
{
    /// <summary>Nobody sleeps for its deadline.</summary>
    private const string One = """{"capability":"external","concurrency":{"limit":1},"timeouts":{"attempt":"P1D"}}""";

    private const string Silent = """{"capability":"external","timeouts":{"attempt":"P1D","heartbeat":"PT20S"},"retry":{"maxAttempts":1}}""";

    [Fact]
    public async Task NewHub_TasksUnderWay_AreSoonTakenUpAndSeenThrough()
    {
        await using var app = new TwoVersions(azurite, mode);
        await app.RunAsync("a");
        await app.Http.SendAsync(HttpMethod.Put, "api/task-types/one", One);
        await app.Http.SendAsync(HttpMethod.Put, "api/task-types/silent", Silent);
        var running = await app.SubmitHeldAsync("running", $$""","callback":{"url":"{{app.Server.Address}}done"}""");
        var blocked = await app.SubmitAsync($$"""{"type":"noop","dependsOn":["{{running}}"]}""");
        var scheduled = await app.SubmitAsync("""{"type":"noop","delay":"PT20S"}""");
        var paused = await app.SubmitAsync("""{"type":"noop","delay":"PT1H"}""");
        await app.SayAsync(paused, "pause");
        var pending = await app.SubmitAsync("""{"type":"one"}""");
        await app.StateIsAsync(pending, "Running");
        var queued = await app.SubmitAsync("""{"type":"one"}""");
        await app.StateIsAsync(queued, "Queued");
        var silent = await app.SubmitAsync("""{"type":"silent"}""");
        await app.StateIsAsync(silent, "Running");

        await app.RunAsync("b");
        var watch = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => app.Server.CallsOf("/hold/running") > 1, "the attempt under way is taken up", TwoVersions.SoonLimit);
        output.WriteLine($"taken up {watch.Elapsed.TotalSeconds:F1} s after the start on the new hub");
        app.Server.LetGo();
        foreach (var id in new[] { running, blocked, scheduled })
            await app.StateIsAsync(id, "Succeeded");
        await app.StateIsAsync(silent, "Failed");
        output.WriteLine($"all that could go on was over after {watch.Elapsed.TotalSeconds:F1} s");

        // The only slot is that of an attempt which was begun with a limiter of the other hub.
        Assert.Equal(("Running", "Queued"), (await StateOfAsync(app, pending), await StateOfAsync(app, queued)));
        await app.CompleteAsync(pending);
        await app.CompleteAsync(queued);
        await app.SayAsync(paused, "resume");
        await app.SayAsync(paused, "cancel");

        await app.HistoryIsAsync(running, "Submitted Started TakenOver Succeeded CallbackDelivered");
        await app.HistoryIsAsync(blocked, "Submitted Unblocked Started Succeeded");
        await app.HistoryIsAsync(scheduled, "Submitted Started Succeeded");
        await app.HistoryIsAsync(pending, "Submitted Started Pending Succeeded");
        await app.HistoryIsAsync(queued, "Submitted Started Pending Succeeded");
        await app.HistoryIsAsync(paused, "Submitted Paused Resumed Cancelled");
        await app.HistoryIsAsync(silent, "Submitted Started Pending Failed");
        await NothingIsLeftAsync(app);
    }

    [Fact]
    public async Task BackToTheFirstHub_ItsOrchestrationsHaveStaleHistories_EveryTaskEndsOnce()
    {
        await using var app = new TwoVersions(azurite, mode);
        await app.RunAsync("a");
        await app.Http.SendAsync(HttpMethod.Put, "api/task-types/one", One);
        var running = await app.SubmitHeldAsync("running");
        var blocked = await app.SubmitAsync($$"""{"type":"noop","dependsOn":["{{running}}"]}""");
        var scheduled = await app.SubmitAsync("""{"type":"noop","delay":"PT15S"}""");
        var cancelled = await app.SubmitAsync("""{"type":"noop","delay":"PT50M"}""");
        var first = await app.SubmitAsync("""{"type":"one"}""");
        await app.StateIsAsync(first, "Running");
        var second = await app.SubmitAsync("""{"type":"one"}""");
        await app.StateIsAsync(second, "Queued");

        // What the first hub remembers of these is out of date when it comes back.
        await app.RunAsync("b");
        await Eventually.TrueAsync(() => app.Server.CallsOf("/hold/running") > 1, "the attempt under way is taken up", TwoVersions.SoonLimit);
        await app.StateIsAsync(scheduled, "Succeeded");
        await app.SayAsync(cancelled, "cancel");
        await app.CompleteAsync(first);
        await app.StateIsAsync(second, "Running");
        var later = await app.SubmitHeldAsync("later");
        var third = await app.SubmitAsync("""{"type":"one"}""");
        await app.StateIsAsync(third, "Queued");

        await app.RunAsync("a");
        var watch = Stopwatch.StartNew();
        await Eventually.TrueAsync(() => app.Server.CallsOf("/hold/later") > 1, "the attempt that only the newer hub knew is taken up", TwoVersions.SoonLimit);
        output.WriteLine($"taken up {watch.Elapsed.TotalSeconds:F1} s after the start on the old hub");
        app.Server.LetGo();
        foreach (var id in new[] { running, blocked, later })
            await app.StateIsAsync(id, "Succeeded");
        Assert.Equal(("Running", "Queued"), (await StateOfAsync(app, second), await StateOfAsync(app, third)));
        await app.CompleteAsync(second);
        await app.CompleteAsync(third);
        output.WriteLine($"all was over after {watch.Elapsed.TotalSeconds:F1} s");

        await app.HistoryIsAsync(running, "Submitted Started TakenOver TakenOver Succeeded");
        await app.HistoryIsAsync(blocked, "Submitted Unblocked Started Succeeded");
        await app.HistoryIsAsync(scheduled, "Submitted Started Succeeded");
        await app.HistoryIsAsync(cancelled, "Submitted Cancelled");
        await app.HistoryIsAsync(later, "Submitted Started TakenOver Succeeded");
        foreach (var id in new[] { first, second, third })
            await app.HistoryIsAsync(id, "Submitted Started Pending Succeeded");
        await NothingIsLeftAsync(app);
    }

    [Fact]
    public async Task NewHub_OldReleaseGoesOnForAWhile_EveryTaskEndsOnce()
    {
        await using var app = new TwoVersions(azurite, mode);
        await app.RunAsync("a");
        var running = await app.SubmitHeldAsync("running");
        var blocked = await app.SubmitAsync($$"""{"type":"noop","dependsOn":["{{running}}"]}""");
        var scheduled = await app.SubmitAsync("""{"type":"noop","delay":"PT30S"}""");

        await app.RunBesideAsync("b");
        var late = (await app.BeforeHttp.SubmitAsync("""{"type":"noop","delay":"PT15S"}""")).Text("id")!;
        var soon = await app.SubmitAsync("""{"type":"noop","delay":"PT20S"}""");
        await app.StateIsAsync(late, "Succeeded");
        await app.StateIsAsync(soon, "Succeeded");
        app.Server.LetGo();
        foreach (var id in new[] { running, blocked, scheduled })
            await app.StateIsAsync(id, "Succeeded");
        await app.EndBeforeAsync();

        // Nobody took an attempt from its living holder.
        await app.HistoryIsAsync(running, "Submitted Started Succeeded");
        Assert.Equal(1, app.Server.CallsOf("/hold/running"));
        await app.HistoryIsAsync(blocked, "Submitted Unblocked Started Succeeded");
        foreach (var id in new[] { scheduled, late, soon })
            await app.HistoryIsAsync(id, "Submitted Started Succeeded");
        await NothingIsLeftAsync(app);
    }

    private static async Task<string> StateOfAsync(TwoVersions app, string id) => TaskSummary.Of((await app.Http.GetAnswerAsync($"api/tasks/{id}")).Body).State;

    private static async Task NothingIsLeftAsync(TwoVersions app)
    {
        await Eventually.ValueAsync(() => app.Http.GetAnswerAsync("api/limiters"), answer => answer.Body.GetProperty("limiters").GetArrayLength() == 0, "no slot is anybody's", TwoVersions.Limit);
        Assert.Equal([], await app.Http.VerifyStorageAsync());
    }

    public sealed class Normal(AzuriteFixture azurite, ITestOutputHelper output) : HubSwitchTests(PlatformMode.Normal, azurite, output), IClassFixture<AzuriteFixture>;

    public sealed class Hostile(AzuriteFixture azurite, ITestOutputHelper output) : HubSwitchTests(PlatformMode.Hostile, azurite, output), IClassFixture<AzuriteFixture>;
}
