using System.Globalization;
using System.Net;
using Orchestrator.EndToEnd.Tests.Api;
using Orchestrator.TestKit.Network;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Retention;

/// <summary>Tasks that leave rows wherever a task can leave any; all of them are over.</summary>
internal sealed class TasksOfEveryKind : IDisposable
{
    private readonly HttpListener _receiver = new();

    private TasksOfEveryKind()
    {
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        _receiver.Prefixes.Add(Address.ToString());
        _receiver.Start();
        _ = AnswerAsync();
    }

    /// <summary>Their ids, by what they are.</summary>
    public Dictionary<string, string> Ids { get; } = [];

    private Uri Address { get; }

    /// <summary>Submits them and waits for their ends.</summary>
    /// <param name="tag">A tag and a correlation id that all of them have, and the beginning of their names and keys.</param>
    public static async Task<TasksOfEveryKind> RunAsync(HttpClient http, string tag)
    {
        var tasks = new TasksOfEveryKind();
        var always = $$"""
            "tags":["{{tag}}","a/b"],"correlationId":"{{tag}}"
            """;
        var farAhead = TimeProvider.System.GetUtcNow().AddDays(20).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await DefineAsync(http, $"{tag}-limited");

        async Task SubmitAsync(string kind, string fields) => tasks.Ids[kind] = await AcceptedAsync(http, $$"""{ {{fields}}, {{always}} }""");

        await SubmitAsync("large", $$"""
            "type":"noop","input":"{{new string('x', 1_000_000)}}","name":"{{tag}} name","idempotencyKey":"{{tag}} key"
            """);
        await SubmitAsync("blocking", """
            "type":"external"
            """);
        await SubmitAsync("dependent", $$"""
            "type":"noop","dependsOn":{"tasks":["{{tasks.Ids["blocking"]}}"],"condition":"allFinished"},"parent":"{{tasks.Ids["large"]}}"
            """);
        await SubmitAsync("far", $$"""
            "type":"noop","startAt":"{{farAhead}}"
            """);
        await SubmitAsync("callback", $$"""
            "type":"wait","input":{"duration":"PT1S"},"callback":{"url":"{{tasks.Address}}done"}
            """);
        await SubmitAsync("refused", $$"""
            "type":"noop","callback":{"url":"{{tasks.Address}}refused"}
            """);
        await SubmitAsync("slot", $$"""
            "type":"{{tag}}-limited","input":{"k":1}
            """);
        await HasEventAsync(http, tasks.Ids["slot"], "Pending");
        await SubmitAsync("queued", $$"""
            "type":"{{tag}}-limited","input":{"k":1}
            """);
        await SubmitAsync("failing", """
            "type":"http","input":{"url":"http://127.0.0.1:9/"}
            """);
        await SubmitAsync("paused", """
            "type":"noop","delay":"PT3H"
            """);

        await QueuedAsync(http, $"{tag}-limited");
        await http.SendAsync(HttpMethod.Post, $"api/tasks/{tasks.Ids["paused"]}/pause");
        foreach (var kind in new[] { "queued", "far", "paused", "slot" })
            await http.CancelAsync(tasks.Ids[kind]);
        await CompleteAsync(http, tasks.Ids["blocking"]);
        foreach (var id in tasks.Ids.Values)
            await http.EndOfAsync(id);
        await HasEventAsync(http, tasks.Ids["callback"], "CallbackDelivered");
        await HasEventAsync(http, tasks.Ids["refused"], "CallbackFailed");
        await HasEventAsync(http, tasks.Ids["dependent"], "Succeeded");
        return tasks;
    }

    public void Dispose() => _receiver.Close();

    private static async Task<string> AcceptedAsync(HttpClient http, string body)
    {
        var answer = await http.SubmitAsync(body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"It was answered with {answer}.");
        return answer.Text("id")!;
    }

    private static async Task DefineAsync(HttpClient http, string name)
    {
        var answer = await http.SendAsync(HttpMethod.Put, $"api/task-types/{name}", """{"capability":"external","concurrency":{"limit":5,"key":"/k","keyLimit":1},"timeouts":{"attempt":"P2D"}}""");
        Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.OK, $"It was answered with {answer}.");
    }

    private static async Task CompleteAsync(HttpClient http, string id)
    {
        await HasEventAsync(http, id, "Pending");
        var token = (await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/token")).Text("token");
        await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/heartbeat", """{"percent":50,"log":["half of it"]}""", token);
        var answer = await http.SendAsync(HttpMethod.Post, $"api/tasks/{id}/attempts/1/complete", """{"output":1}""", token);
        Assert.True(answer.Status == HttpStatusCode.OK, $"It was answered with {answer}.");
    }

    private static Task<IReadOnlyList<HistoryEntry>> HasEventAsync(HttpClient http, string id, string type) => Eventually.ValueAsync(
        () => http.HistoryAsync(id), history => history.Any(entry => entry.Type == type), $"task {id} has the event {type}", pause: TimeSpan.FromMilliseconds(100));

    private static Task<Answer> QueuedAsync(HttpClient http, string type) => Eventually.ValueAsync(
        () => http.GetAnswerAsync("api/limiters"), answer => answer.Body.GetRawText().Contains($"\"{type}", StringComparison.Ordinal), $"limiter {type} is known", pause: TimeSpan.FromMilliseconds(100));

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var call = await _receiver.GetContextAsync();
                call.Response.StatusCode = call.Request.Url!.AbsolutePath == "/refused" ? 403 : 200;
                call.Response.Close();
            }
        }
        catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
        {
            // The tests are over.
        }
    }
}
