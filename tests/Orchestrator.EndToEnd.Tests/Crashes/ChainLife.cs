using System.Net;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Faults;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Crashes;

/// <summary>
/// The life of a chain of three tasks, during which the app may be killed: it is started again, and its client, which does not give up, asks again with the
/// same keys. Whatever happens, the outcome is that of a clean run.
/// </summary>
internal sealed class ChainLife : IAsyncDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Long enough to be stored in parts.</summary>
    private static readonly string _text = new('x', 40_000);

    private readonly RestartedApp _app;

    private ChainLife(FaultProxy proxy, PlatformMode mode)
    {
        Proxy = proxy;
        _app = new RestartedApp(new FunctionAppSetup { ConnectionString = proxy.ConnectionString, Mode = mode });
    }

    /// <summary>Between the app and storage.</summary>
    public FaultProxy Proxy { get; }

    /// <summary>Everything that all its processes wrote.</summary>
    public string Transcript => _app.Transcript;

    /// <summary>Begins one with an app that is up, and no calls counted yet.</summary>
    public static async Task<ChainLife> BeginAsync(AzuriteFixture azurite, PlatformMode mode)
    {
        var life = new ChainLife(await FaultProxy.StartAsync(azurite), mode);
        await life._app.UpAsync();
        life.Proxy.Reset();
        return life;
    }

    /// <summary><c>kill -9</c>.</summary>
    public Task KillAsync() => _app.KillAsync();

    /// <summary>Whether a call is part of the tasks' life: not one of those that the app makes now and then anyhow.</summary>
    public static bool Counts(StorageCall call) => call.Service == StorageService.Table && (call.IsWrite || call.Target.Contains("(PartitionKey=", StringComparison.Ordinal));

    /// <summary>Lives to the end, and holds everything against what was asked.</summary>
    public async Task LiveAsync()
    {
        var first = await SubmitAsync("first", $$"""{"text":"{{_text}}"}""", "");
        var second = await SubmitAsync("second", "2", $$""","name":"second","dependsOn":["{{first}}"]""");
        var third = await SubmitAsync("third", "3", $$""","tags":["red"],"dependsOn":["{{second}}"]""");

        await AssertEndAsync(first, "^Submitted Started( TakenOver)* Succeeded$");
        await AssertEndAsync(second, "^Submitted Unblocked Started( TakenOver)* Succeeded$");
        await AssertEndAsync(third, "^Submitted Unblocked Started( TakenOver)* Succeeded$");
        Assert.Equal([third, second, first], (await _app.AskAsync(http => http.AllTasksAsync())).Select(task => task.Id));
        Assert.Equal(second, (await AskAsync(http => http.GetAnswerAsync("api/tasks/named/second"))).Text("id"));
        Assert.Equal([], await _app.AskAsync(http => http.VerifyStorageAsync()));
        Assert.Equal([], Proxy.Failures);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    private async Task<string> SubmitAsync(string title, string input, string more)
    {
        var answer = await AskAsync(http => http.SubmitAsync($$"""{"type":"noop","title":"{{title}}","input":{{input}}{{more}}}""", $"key of {title}"));
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{title} was answered with {answer}");
        return answer.Text("id")!;
    }

    private async Task AssertEndAsync(string id, string expected)
    {
        var task = await Eventually.ValueAsync(
            () => AskAsync(http => http.GetAnswerAsync($"api/tasks/{id}")), answer => TaskSummary.Of(answer.Body).IsOver, $"task {id} is over", _limit, _pause);
        Assert.Equal("Succeeded", task.Text("state"));
        Assert.Equal(JsonSerializer.Serialize(task.Body.GetProperty("input")), JsonSerializer.Serialize(task.Body.GetProperty("output")));

        var history = await _app.AskAsync(http => http.HistoryAsync(id));
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(entry => entry.Number));
        Assert.Matches(expected, string.Join(' ', history.Select(entry => entry.Type)));
    }

    private Task<Answer> AskAsync(Func<HttpClient, Task<Answer>> ask) => Eventually.ValueAsync(
        () => _app.AskAsync(ask), answer => answer.Status != HttpStatusCode.ServiceUnavailable, "the app answers", _limit, _pause);
}
