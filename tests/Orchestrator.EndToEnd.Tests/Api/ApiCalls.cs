using System.Text;
using System.Text.Json;
using Orchestrator.TestKit.Waiting;

namespace Orchestrator.EndToEnd.Tests.Api;

/// <summary>The app's routes, each asked once.</summary>
internal static class ApiCalls
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    public static Task<Answer> SubmitAsync(this HttpClient http, string body, string? idempotencyKey = null) =>
        http.SubmitAsync(Encoding.UTF8.GetBytes(body), idempotencyKey);

    public static async Task<Answer> SubmitAsync(this HttpClient http, byte[] body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await http.AnswerAsync(request);
    }

    public static async Task<Answer> CancelAsync(this HttpClient http, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/tasks/{id}/cancel");
        return await http.AnswerAsync(request);
    }

    /// <param name="address">Relative, such as <c>api/tasks</c>.</param>
    /// <param name="attemptToken">The token of an attempt that is completed from outside.</param>
    public static Task<Answer> SendAsync(this HttpClient http, HttpMethod method, string address, string? body = null, string? attemptToken = null) =>
        http.SendAsync(method, address, body is null ? null : Encoding.UTF8.GetBytes(body), attemptToken);

    /// <summary>The same with a body of any bytes.</summary>
    public static async Task<Answer> SendAsync(this HttpClient http, HttpMethod method, string address, byte[]? body, string? attemptToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
        }

        if (attemptToken is not null)
            request.Headers.Add("Orchestrator-Attempt-Token", attemptToken);
        return await http.AnswerAsync(request);
    }

    /// <param name="address">Relative, such as <c>api/tasks</c>.</param>
    public static async Task<Answer> GetAnswerAsync(this HttpClient http, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await http.AnswerAsync(request);
    }

    public static async Task<TaskPage> PageAsync(this HttpClient http, string query)
    {
        var answer = await http.GetAnswerAsync($"api/tasks?{query}");
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, $"GET api/tasks?{query} was answered with {answer}");
        return new TaskPage([.. answer.Body.GetProperty("tasks").EnumerateArray().Select(TaskSummary.Of)], answer.Text("continuationToken"));
    }

    /// <summary>Every task, through all pages.</summary>
    public static async Task<IReadOnlyList<TaskSummary>> AllTasksAsync(this HttpClient http, int pageSize = 200, string filter = "")
    {
        var tasks = new List<TaskSummary>();
        for (string? token = null; ;)
        {
            var page = await http.PageAsync($"pageSize={pageSize}{filter}{(token is null ? "" : $"&continuationToken={Uri.EscapeDataString(token)}")}");
            tasks.AddRange(page.Tasks);
            token = page.ContinuationToken;
            if (token is null)
                return tasks;
        }
    }

    public static async Task<IReadOnlyList<HistoryEntry>> HistoryAsync(this HttpClient http, string id)
    {
        var answer = await http.GetAnswerAsync($"api/tasks/{id}/events");
        Assert.True(answer.Status == System.Net.HttpStatusCode.OK, $"The events of {id} were answered with {answer}");
        return
        [
            .. answer.Body.GetProperty("events").EnumerateArray().Select(entry => new HistoryEntry(
                entry.GetProperty("number").GetInt32(),
                entry.GetProperty("type").GetString()!,
                entry.GetProperty("attempt") is { ValueKind: JsonValueKind.Number } attempt ? attempt.GetInt32() : null)),
        ];
    }

    /// <summary>Waits for a task's end, whichever it is.</summary>
    public static async Task<Answer> EndOfAsync(this HttpClient http, string id) => await Eventually.ValueAsync(
        () => http.GetAnswerAsync($"api/tasks/{id}"),
        task => TaskSummary.Of(task.Body).IsOver,
        $"task {id} is over",
        pause: _pause);

    private static async Task<Answer> AnswerAsync(this HttpClient http, HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return new Answer(
            response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.Location,
            body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body));
    }
}
