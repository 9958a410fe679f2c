using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.EndToEnd.Tests.Apps;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Crashes;

/// <summary>A function app under load that is ended and started again, and what must hold of it afterwards.</summary>
internal sealed class LoadedApp : IAsyncDisposable
{
    private const int Readers = 8;
    private static readonly TimeSpan _settleLimit = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan _settlePause = TimeSpan.FromMilliseconds(500);

    private readonly AzuriteServer _azurite;
    private readonly SampleTexts _texts;
    private readonly FunctionAppSetup _setup;

    private LoadedApp(AzuriteServer azurite, SampleTexts texts, FunctionAppSetup setup, FunctionApp app)
    {
        (_azurite, _texts, _setup) = (azurite, texts, setup);
        App = app;
        Load = new MixedLoad(setup, texts);
    }

    public FunctionApp App { get; private set; }

    public MixedLoad Load { get; }

    public SampleTexts Texts => _texts;

    public FunctionAppSetup Setup => _setup;

    public static async Task<LoadedApp> StartAsync(PlatformMode mode)
    {
        var azurite = await AzuriteServer.StartAsync();
        var texts = new SampleTexts();
        var setup = new FunctionAppSetup { ConnectionString = azurite.ConnectionString, Mode = mode, ReadFolders = [texts.Folder] };
        return new LoadedApp(azurite, texts, setup, await FunctionApp.StartAsync(setup));
    }

    /// <summary>Starts a successor of the app, which has ended.</summary>
    public async Task RestartAsync()
    {
        await App.DisposeAsync();
        App = await FunctionApp.StartAsync(_setup);
    }

    /// <summary>Waits until tasks 0 to <paramref name="count"/> - 1 are over, and holds everything against what was submitted.</summary>
    public async Task AssertEveryTaskSucceededOnceAsync(int count)
    {
        var tasks = await SettledAsync(count);
        Assert.Equal(Enumerable.Range(0, count).Select(MixedLoad.Title).Order(StringComparer.Ordinal), tasks.Select(task => task.Title).Order(StringComparer.Ordinal));
        Assert.Equal([], tasks.Where(task => task.State != "Succeeded"));

        var ids = tasks.ToDictionary(task => task.Title, task => task.Id, StringComparer.Ordinal);
        Assert.Equal([], Load.Ids.Where(given => ids[MixedLoad.Title(given.Key)] != given.Value));
        await EachAsync(count, async number =>
        {
            var id = ids[MixedLoad.Title(number)];
            AssertComplete(id, await App.Http.HistoryAsync(id));
            var task = await App.Http.GetAnswerAsync($"api/tasks/{id}");
            Assert.Equal(SampleTexts.WordsOf(number), task.Body.GetProperty("output").GetProperty("words").GetInt32());
        });

        await AssertKeysStandAsync();
        // A message whose task was stored, but which a kill kept from being deleted, comes once more when its lease has run out, and must not become a second task.
        await Eventually.ValueAsync(
            async () => (await Load.Queue.GetPropertiesAsync()).Value.ApproximateMessagesCount, left => left == 0, "the queue is empty", _settleLimit, _settlePause);
        Assert.Equal(count, (await App.Http.AllTasksAsync()).Count);
        Assert.Equal([], await App.Http.DeadLettersAsync());
        Assert.Equal([], await App.Http.VerifyStorageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Load.Dispose();
        await App.DisposeAsync();
        await _azurite.DisposeAsync();
        _texts.Delete();
    }

    private async Task<IReadOnlyList<TaskSummary>> SettledAsync(int count)
    {
        var settled = await Eventually.ValueAsync(
            async () => new Progress(await App.Http.AllTasksAsync()),
            progress => progress.Tasks.Count >= count && progress.Tasks.All(task => task.IsOver),
            $"all {count} tasks are over",
            _settleLimit,
            _settlePause);
        return settled.Tasks;
    }

    /// <summary>Numbered without gaps, from its submission to its end, and nothing after that. A killed attempt is taken over, not counted again.</summary>
    private static void AssertComplete(string id, IReadOnlyList<HistoryEntry> history)
    {
        var types = string.Join(' ', history.Select(entry => entry.Type));
        Assert.True(
            history.Select(entry => entry.Number).SequenceEqual(Enumerable.Range(1, history.Count)),
            $"Task {id} has events {string.Join(' ', history.Select(entry => entry.Number))}: {types}");
        Assert.Matches("^Submitted Started( TakenOver)* Succeeded$", types);
    }

    /// <summary>Asked again with the same key, the app names the same task.</summary>
    private Task AssertKeysStandAsync() => Parallel.ForEachAsync(
        Load.Ids,
        new ParallelOptions { MaxDegreeOfParallelism = Readers },
        async (given, _) => Assert.Equal(given.Value, await Load.SubmitOverHttpAsync(given.Key)));

    private static Task EachAsync(int count, Func<int, Task> check) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Readers }, async (number, _) => await check(number));

    private sealed record Progress(IReadOnlyList<TaskSummary> Tasks)
    {
        public override string ToString() =>
            $"{Tasks.Count} tasks: {string.Join(", ", Tasks.CountBy(task => task.State).Select(state => $"{state.Value} {state.Key}"))}";
    }
}
