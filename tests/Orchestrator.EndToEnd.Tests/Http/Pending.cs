using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Http;

/// <summary>A task whose first attempt waits for somebody outside, and the token that completes it.</summary>
internal sealed class Pending
{
    private readonly HttpClient _http;
    private readonly string _token;

    private Pending(HttpClient http, string id, string token) => (_http, Id, _token) = (http, id, token);

    public string Id { get; }

    /// <param name="fields">Further fields of the submission, such as <c>,"input":1</c>.</param>
    public static async Task<Pending> StartAsync(HttpClient http, string fields = "")
    {
        var id = (await http.SubmitAsync($$"""{"type":"external"{{fields}}}""")).Text("id")!;
        await Eventually.ValueAsync(() => http.HistoryAsync(id), history => history.Any(entry => entry.Type == "Pending"), $"task {id} waits for somebody outside");
        return new Pending(http, id, (await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token")).Text("token")!);
    }

    /// <param name="verb">complete, fail or heartbeat.</param>
    public Task<Answer> SayAsync(string verb, string body) => _http.SendAsync(HttpMethod.Post, $"api/tasks/{Id}/attempts/1/{verb}", body, _token);

    /// <summary>The same with a body of any bytes.</summary>
    public Task<Answer> SayAsync(string verb, byte[] body) => _http.SendAsync(HttpMethod.Post, $"api/tasks/{Id}/attempts/1/{verb}", body, _token);

    /// <summary>The attempt with all that was said of it.</summary>
    public Task<Answer> AttemptAsync() => _http.GetAnswerAsync($"api/tasks/{Id}/attempts/1");

    /// <summary>Everything that can be read of the task and its attempt: equal before and after what changes nothing.</summary>
    public async Task<string> SnapshotAsync() =>
        $"{(await _http.GetAnswerAsync($"api/tasks/{Id}")).Body}\n{(await AttemptAsync()).Body}\n{(await _http.GetAnswerAsync($"api/tasks/{Id}/events")).Body}";

    /// <summary>Ends it well: whatever was refused before has done no harm.</summary>
    public async Task AssertCompletesAsync()
    {
        var done = await SayAsync("complete", """{"output":"done"}""");
        Assert.True(done.Status == System.Net.HttpStatusCode.OK && done.Text("state") == "Succeeded", $"It was answered with {done}");
        Assert.Equal("done", done.Text("output"));
    }
}
