using System.Diagnostics;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Extent;
using Orchestrator.TestKit.Waiting;
using Xunit.Abstractions;

namespace Orchestrator.EndToEnd.Tests.Crashes;

/// <summary><c>kill -9</c> at random while 200 tasks of many kinds come in and run: each is accounted for, and storage is in order.</summary>
public sealed class RandomCrashTests(ITestOutputHelper output)
{
    private const int Tasks = 200;
    private const int Kills = 4;
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    public static TheoryData<int> Seeds => [.. TestExtent.First(Enumerable.Range(1, 10), 2)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Host_KilledAtRandomWhile200TasksRun_SubmittedIsSucceededAndFailedAndDeadLettered(int seed)
    {
        var random = new Random(seed);
        await using var loaded = await LoadedApp.StartAsync(seed % 2 == 1 ? PlatformMode.Normal : PlatformMode.Hostile);
        using var mix = new TaskMix(loaded);
        var watch = Stopwatch.StartNew();

        var submitting = mix.SubmitAsync(Tasks);
        foreach (var accepted in Enumerable.Range(0, Kills).Select(_ => random.Next(5, Tasks + 1)).Order())
        {
            await Eventually.TrueAsync(() => mix.Accepted >= accepted, $"{accepted} tasks are accepted", _limit);
            await loaded.App.KillAsync();
            await loaded.RestartAsync();
            output.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s: killed after {accepted}");
        }

        await submitting;
        var (succeeded, failed, deadLettered) = TaskMix.Expected(Tasks);
        var tasks = (await Eventually.ValueAsync(
            async () => new Seen(await loaded.App.Http.AllTasksAsync(), (await loaded.App.Http.DeadLettersAsync()).Count),
            seen => seen.Tasks.Count + seen.DeadLetters >= Tasks && seen.Tasks.All(task => task.IsOver),
            "all tasks are over",
            _limit,
            _pause)).Tasks;
        output.WriteLine($"{watch.Elapsed.TotalSeconds:F1} s: all over");

        Assert.Equal([("Failed", failed), ("Succeeded", succeeded)], tasks.CountBy(task => task.State).Select(state => (state.Key, state.Value)).Order());
        Assert.Equal(tasks.Count, tasks.Select(task => task.Title).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(Enumerable.Repeat("invalid_json", deadLettered), (await loaded.App.Http.DeadLettersAsync()).Select(letter => letter.Code));
        foreach (var task in tasks)
        {
            var history = await loaded.App.Http.HistoryAsync(task.Id);
            Assert.Equal(Enumerable.Range(1, history.Count), history.Select(entry => entry.Number));
            Assert.Matches("^Submitted( Unblocked)?( Started( TakenOver)*( Deferred Started( TakenOver)*)?)? (Succeeded|Failed)$", string.Join(' ', history.Select(entry => entry.Type)));
        }

        Assert.Equal([], await loaded.App.Http.VerifyStorageAsync());
    }

    private sealed record Seen(IReadOnlyList<TaskSummary> Tasks, int DeadLetters)
    {
        public override string ToString() =>
            $"{Tasks.Count} tasks: {string.Join(", ", Tasks.CountBy(task => task.State).Select(state => $"{state.Value} {state.Key}"))}; {DeadLetters} dead letters";
    }
}
