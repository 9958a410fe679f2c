using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Apps;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Storage;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Versions;

/// <summary>One store, and one release after the other that works on it, each on the task hub that its package names.</summary>
internal sealed class TwoVersions(AzuriteFixture azurite, PlatformMode mode) : IAsyncDisposable
{
    /// <summary>Less than the two minutes for which others are left to see to a task, and a long time for one timer of 15 seconds.</summary>
    public static readonly TimeSpan SoonLimit = TimeSpan.FromSeconds(100);

    /// <summary>For what is not about how soon.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(200);

    private readonly FunctionAppSetup _setup = new() { ConnectionString = azurite.ConnectionString, Mode = mode };
    private FunctionApp? _app;
    private FunctionApp? _before;

    public HoldingServer Server { get; } = new();

    public HttpClient Http => _app!.Http;

    /// <summary>Ends the release that is there, as a killed process does, and starts another.</summary>
    public async Task RunAsync(string hub)
    {
        if (_app is not null)
            await _app.DisposeAsync();
        _app = await StartAsync(hub, _setup.Port);
    }

    /// <summary>Starts another release beside the one that is there, as when the instances of an app are replaced one by one.</summary>
    public async Task RunBesideAsync(string hub)
    {
        _before = _app;
        _app = await StartAsync(hub, FreePort.Next());
    }

    /// <summary>Ends the release before.</summary>
    public async Task EndBeforeAsync()
    {
        await _before!.DisposeAsync();
        _before = null;
    }

    /// <summary>The release before, while it is still there.</summary>
    public HttpClient BeforeHttp => _before!.Http;

    private Task<FunctionApp> StartAsync(string hub, int port) =>
        FunctionApp.StartAsync(_setup with
        {
            Port = port,
            Environment = new Dictionary<string, string>
            {
                ["AzureFunctionsJobHost__extensions__durableTask__hubName"] = _setup.Name + hub,
                ["Orchestrator__Outbound__AllowLoopback"] = "true",

                // An attempt that is held is not to fail by itself.
                ["Orchestrator__Outbound__RequestTimeout"] = "00:05:00",
                ["Orchestrator__Callbacks__SigningKey"] = "a key of at least thirty-two characters",
            },
        });

    public async Task<string> SubmitAsync(string body)
    {
        var answer = await Http.SubmitAsync(body);
        return answer.Text("id") ?? throw new InvalidOperationException($"{body} was answered with {answer}");
    }

    /// <summary>Submits a task whose attempt is held by the server, and waits until it is there.</summary>
    public async Task<string> SubmitHeldAsync(string name, string more = "")
    {
        var id = await SubmitAsync($$$"""{"type":"http","input":{"url":"{{{Server.Address}}}hold/{{{name}}}"}{{{more}}}}""");
        await Eventually.TrueAsync(() => Server.CallsOf($"/hold/{name}") > 0, $"the attempt '{name}' is under way");
        return id;
    }

    public Task StateIsAsync(string id, string state) => Eventually.ValueAsync(
        () => Http.GetAnswerAsync($"api/tasks/{id}"), answer => TaskSummary.Of(answer.Body).State == state, $"task {id} is {state}", Limit, _pause);

    public async Task SayAsync(string id, string wish)
    {
        var answer = await Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/{wish}");
        Assert.True((int)answer.Status is >= 200 and < 300, $"{wish} of {id} was answered with {answer}");
    }

    /// <summary>Completes an attempt from outside.</summary>
    public async Task CompleteAsync(string id)
    {
        await Eventually.ValueAsync(() => Http.HistoryAsync(id), history => history.Any(entry => entry.Type == "Pending"), $"task {id} waits for somebody outside", Limit, _pause);
        var token = (await Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token")).Text("token");
        var done = await Http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", """{"output":"done"}""", token);
        Assert.True(done.Text("state") == "Succeeded", $"The completion of {id} was answered with {done}");
    }

    /// <summary>What has happened to a task is what was to happen, each once.</summary>
    public async Task HistoryIsAsync(string id, string pattern)
    {
        var history = await Http.HistoryAsync(id);
        Assert.Equal(Enumerable.Range(1, history.Count), history.Select(entry => entry.Number));
        Assert.Matches($"^{pattern}$", string.Join(' ', history.Select(entry => entry.Type)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in new[] { _before, _app })
        {
            if (app is not null)
                await app.DisposeAsync();
        }

        Server.Dispose();
    }
}
